import Foundation
import Glibc
import Processes

/// The file of somebody's profiles, `profiles.json`. It has keys in it, so nobody else may read it.
package struct ProfileFile: Sendable {
    package let path: String

    private static let mostBytes = 1 << 20

    init(path: String) { self.path = path }

    /// Where the XDG base directories have it.
    /// - Throws: `ProfileFailure` when the environment says of no directory.
    package init(_ environment: [String: String]) throws(ProfileFailure) {
        func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        guard let directory = absolute("XDG_CONFIG_HOME") ?? absolute("HOME").map({ "\($0)/.config" }) else {
            throw ProfileFailure(
                "profiles are kept in ~/.config/heddle, and HOME is not set; set it, or HEDDLE_API_URL and "
                    + "HEDDLE_API_KEY")
        }
        path = "\(directory)/heddle/profiles.json"
    }

    /// What is in it; nothing where there is no file yet.
    package func read() throws(ProfileFailure) -> APIProfiles {
        // Without O_NONBLOCK a named pipe would hold us until somebody writes to it.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let reason = errno
            if reason == ENOENT || reason == ENOTDIR { return APIProfiles() }
            throw ProfileFailure("\(path) cannot be read: \(systemMessage(reason)); it is to be your own file")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ProfileFailure("\(path) is not a plain file; remove it, and add the profiles again")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw ProfileFailure(
                "others can read or change \(path), which has keys in it; run: chmod 600 \(Self.quoted(path))")
        }
        return try APIProfiles(contents(of: descriptor), path: path)
    }

    private func contents(of descriptor: Int32) throws(ProfileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 8_192)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw ProfileFailure("\(path) cannot be read: \(systemMessage(errno))") }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= Self.mostBytes else {
                throw ProfileFailure("\(path) is larger than \(Self.mostBytes) bytes; remove it, and add them again")
            }
        }
    }

    /// Changes what is in it, one program at a time. It is there whole, as it was or as it is now.
    package func change(_ body: (inout APIProfiles) throws -> Void) throws {
        let directory = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw ProfileFailure("\(directory) cannot be made: \(error.localizedDescription)")
        }
        guard unsafe chmod(directory, 0o700) == 0 else {
            throw ProfileFailure("\(directory) cannot be made private: \(systemMessage(errno)); it is to be your own")
        }
        let lock: FileLock
        do {
            lock = try FileLock(path: "\(path).lock", tries: 200)
        } catch {
            throw ProfileFailure("\(path) is being changed by another program, or cannot be; try again")
        }
        defer { lock.release() }
        var profiles = try read()
        try body(&profiles)
        // A link to where somebody keeps such files stays one.
        let real = URL(filePath: path).resolvingSymlinksInPath().path
        unsafe unlink("\(real).part")  // an old one would keep its mode
        let file = try OutputFile(real, mode: 0o600)
        try file.write(profiles.json)
        try file.finish()
    }

    /// As a shell takes it.
    private static func quoted(_ path: String) -> String {
        let isPlain = path.wholeMatch(of: /[A-Za-z0-9_.\/+-]+/) != nil
        return isPlain ? path : "'" + path.replacing("'", with: "'\\''") + "'"
    }
}
