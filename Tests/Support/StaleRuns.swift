import Foundation
import Glibc

/// What test runs that were killed left behind: directories in memory, and programs that work in them.
package enum StaleRuns {
    package static let root = "/dev/shm"
    package static let prefix = "heddle-tests-"

    /// A directory for a purpose of this run; its name says whose it is.
    package static func directory(_ name: String) -> String { "\(root)/\(prefix)\(getpid())-\(name)" }

    private static let swept: Void = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []  // none: nothing stale
        for name in names where name.hasPrefix(prefix) {
            let owner = name.dropFirst(prefix.count).prefix { $0.isNumber }
            guard let pid = Int32(owner), kill(pid, 0) != 0 else { continue }
            endPrograms(in: "\(root)/\(name)")
            try? FileManager.default.removeItem(atPath: "\(root)/\(name)")  // another run may sweep as well
        }
    }()

    /// Ends those programs and removes those directories, once in a run.
    package static func sweep() { swept }

    /// Ends every program that works in a directory of the tests: the SIP edge outlives who started it.
    package static func endPrograms(in directory: String) {
        for pid in programs(in: directory) { kill(pid, SIGKILL) }
    }

    /// The programs whose command line names a directory of the tests.
    package static func programs(in directory: String) -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // always there
        return processes.compactMap { Int32($0) }.filter { pid in
            guard pid != getpid(), let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") else {
                return false
            }
            return String(decoding: line, as: UTF8.self).contains("\(directory)/")
        }
    }
}
