import Foundation
import Glibc
package import Processes

/// The files of an embedded cluster, all below one directory:
///
///     owner.lock     held by the program that runs the cluster
///     cluster/       PostgreSQL's data directory
///     cluster.new/   an initdb that was interrupted; thrown away
///     socket/        the unix socket, for nobody but the owner
///     postgres.log   what the server says; postgres.log.1 what it said before
package struct EmbeddedDirectory: Sendable {
    package let root: String
    /// Who the server runs as, when we are root: PostgreSQL refuses root.
    package let user: SystemUser?

    /// - Throws: when we are root and there is nobody to become.
    package init(root: String) throws(EmbeddedError) {
        self.root = root
        guard SystemUser.isRoot else {
            user = nil
            return
        }
        guard let user = SystemUser(named: "postgres") ?? SystemUser(named: "nobody") else {
            throw EmbeddedError(
                .programsMissing, "PostgreSQL does not run as root, and there is no user postgres; run `make setup`")
        }
        self.user = user
    }

    var lockPath: String { "\(root)/owner.lock" }
    package var cluster: String { "\(root)/cluster" }
    var unfinishedCluster: String { "\(root)/cluster.new" }
    package var log: ServerLog { ServerLog(path: "\(root)/postgres.log") }

    /// The name of a unix socket is at most 107 bytes long (unix(7)); a deep directory gets a short one in /tmp. So
    /// does one with a comma or a quotation mark, which separate and enclose names in a list of directories or hosts.
    package var socketDirectory: String {
        let preferred = "\(root)/socket"
        let isPlain = !preferred.contains { $0 == "," || $0 == "\"" }
        if isPlain, "\(preferred)/.s.PGSQL.\(Self.port)".utf8.count <= 107 { return preferred }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: the same path must give the same name in every run
        for byte in root.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "/tmp/heddle-\(String(hash, radix: 36))"
    }

    /// The name of the socket has it, though the server listens nowhere else. Said wherever it is asked for: else it is
    /// what PGPORT says, which is of another server.
    package static let port = 5432

    /// How to reach the running server.
    package func address(database: String, role: String) -> String {
        "host='\(quoted(socketDirectory))' port=\(Self.port) dbname='\(quoted(database))' user='\(quoted(role))'"
    }

    /// As a value between quotes in a connection string.
    private func quoted(_ value: String) -> String { value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") }

    /// Makes the directory that the lock is in.
    func makeRoot() throws(EmbeddedError) {
        if user != nil { try makeParents() }
        try make(root, mode: 0o711)
    }

    /// Makes what is missing above it so that the server's user can pass, whatever our umask says.
    private func makeParents() throws(EmbeddedError) {
        let files = FileManager.default
        var missing: [String] = []
        var parent = URL(filePath: root).deletingLastPathComponent()
        while !files.fileExists(atPath: parent.path), parent.path != "/" {
            missing.append(parent.path)
            parent.deleteLastPathComponent()
        }
        for path in missing.reversed() {
            do {
                try files.createDirectory(
                    atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o711])
            } catch {
                throw EmbeddedError(.directory, "cannot make the directory \(path): \(error.localizedDescription)")
            }
        }
    }

    /// Makes the socket's directory, for nobody but the server's user to enter, and throws away what an interrupted
    /// initdb left. Only with the lock in hand.
    func prepare() throws(EmbeddedError) {
        try make(socketDirectory, mode: 0o700)
        try? FileManager.default.removeItem(atPath: unfinishedCluster)  // usually there is none
    }

    private func make(_ path: String, mode: mode_t) throws(EmbeddedError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw EmbeddedError(.directory, "cannot make the directory \(path): \(error.localizedDescription)")
        }
        if let user, unsafe chown(path, user.uid, user.gid) != 0 {
            throw EmbeddedError(.directory, "cannot give \(path) to \(user.name): \(systemMessage(errno))")
        }
        guard unsafe chmod(path, mode) == 0 else {
            throw EmbeddedError(.directory, "cannot set the mode of \(path): \(systemMessage(errno))")
        }
    }
}
