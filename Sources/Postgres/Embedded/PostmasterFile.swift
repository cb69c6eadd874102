import Foundation
import Processes

/// postmaster.pid, by which PostgreSQL keeps a second server off its data directory (miscinit.c, "Contents of
/// postmaster.pid"): line 1 is the pid, line 8 the status.
struct PostmasterFile {
    let pid: Int32
    let isReady: Bool

    /// `nil` when there is none, or it is half written.
    init?(cluster: String) {
        let path = "\(cluster)/postmaster.pid"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }  // no server
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let pid = Int32(first.trimmingCharacters(in: .whitespaces)) else { return nil }
        self.pid = pid
        // A hot standby takes sessions too.
        isReady = lines.count >= 8 && ["ready", "standby"].contains(lines[7].trimmingCharacters(in: .whitespaces))
    }

    /// Whether the process of this number is a PostgreSQL server in this directory, and not a zombie or a stranger
    /// that got the number since.
    func isServer(of cluster: String) -> Bool {
        guard let executable = RunningProcess.executable(of: pid),
            let directory = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")  // gone
        else { return false }
        return executable.hasSuffix("/postgres") && directory == URL(filePath: cluster).resolvingSymlinksInPath().path
    }

    static func remove(from cluster: String) {
        try? FileManager.default.removeItem(atPath: "\(cluster)/postmaster.pid")  // it may be gone already
    }
}
