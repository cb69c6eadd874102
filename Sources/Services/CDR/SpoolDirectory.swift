package import Foundation
import Glibc

/// The files that an edge writes its CDRs to, and what becomes of them.
///
///     spool/cdr_<n>.log         a process of the edge appends here when a call ends
///     spool/begun_<n>.log       and here when an emergency call begins that goes without a router
///     spool/cdr_<n>.log.<t>     renamed at t, in milliseconds; that process may write on until it notices a rotation
///     archive/                  read to its end, and nobody can write to it any more
///     rejected/                 lines that could not be taken, with the reason
package struct SpoolDirectory: Sendable {
    /// The edge's directory.
    let path: String

    package init(_ path: String) { self.path = path }

    /// What the lines of a file tell.
    enum Subject: Sendable {
        /// The end of a call: its CDR.
        case calls
        /// The beginning of a call that no router has noted.
        case beginnings
    }

    /// A file of the spool.
    struct File: Sendable, Hashable {
        let path: String
        let name: String
        var subject: Subject { name.hasPrefix("begun_") ? .beginnings : .calls }
        /// When it was renamed, in seconds since 1970; `nil` for one that the edge still knows by its name.
        let renamedAt: Int?
        /// Names the file whatever it is called.
        let inode: Int
        let size: Int
    }

    private var spool: String { "\(path)/spool" }

    /// The files with lines, renamed ones first: their lines are older.
    func files() throws -> [File] {
        guard FileManager.default.fileExists(atPath: spool) else { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: spool).compactMap { name -> File? in
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 3, parts.count > 1, parts[1] == "log" else { return nil }
            let stamp = parts.count == 3 ? Int(parts[2]) : nil
            var status = stat()
            guard parts.count == 2 || stamp != nil, unsafe stat("\(spool)/\(name)", &status) == 0 else { return nil }
            return File(
                path: "\(spool)/\(name)", name: name, renamedAt: stamp.map { $0 / 1000 }, inode: Int(status.st_ino),
                size: Int(status.st_size))
        }
        return files.sorted { ($0.renamedAt ?? .max, $0.name) < ($1.renamedAt ?? .max, $1.name) }
    }

    /// Renames the files that an edge which is gone has left, so that the next one begins its own: a line that was cut
    /// when the power went must not run into the next line.
    package func setAside(now: Date = Date()) throws {
        for file in try files() where file.renamedAt == nil { try rename(file, now) }
    }

    /// Takes its name from a file that the edge writes to; at its next rotation the edge begins a new one.
    func rename(_ file: File, _ now: Date) throws {
        try move(file.path, to: "\(file.path).\(Int(now.timeIntervalSince1970 * 1000))")
    }

    func archive(_ file: File) throws {
        let folder = "\(path)/archive"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try move(file.path, to: "\(folder)/\(file.name)")
    }

    /// Keeps lines that could not be taken, for people to look at.
    func reject(_ lines: [String], of file: File, now: Date = Date()) throws {
        if lines.isEmpty { return }
        let folder = "\(path)/rejected"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try (lines.joined(separator: "\n") + "\n").write(
            toFile: "\(folder)/\(file.name).\(Int(now.timeIntervalSince1970 * 1000)).txt", atomically: true,
            encoding: .utf8)
    }

    private func move(_ source: String, to target: String) throws {
        // Another may have been faster, and has moved it to where it belongs.
        guard unsafe Glibc.rename(source, target) == 0 || errno == ENOENT else {
            let reason = unsafe String(cString: strerror(errno))
            throw SpoolError("\(source) could not be renamed to \(target): \(reason)")
        }
    }
}

/// Why the edge's files could not be handled.
package struct SpoolError: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
