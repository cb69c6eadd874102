import Foundation

/// Every process below one, as /proc tells it.
enum Descendants {
    /// The process itself, its children and theirs.
    static func of(_ root: Int32) -> Set<Int32> {
        var found: Set<Int32> = []
        var open = [root]
        while let pid = open.popLast() {
            guard found.insert(pid).inserted else { continue }
            // A child is listed with the thread that forked it.
            let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/task")) ?? []  // ended
            for thread in threads {
                let list = TestHeddle.text("/proc/\(pid)/task/\(thread)/children")
                open += list.split(separator: " ").compactMap { Int32($0) }
            }
        }
        return found
    }

    /// Those that still run: a zombie has ended, whoever may have forgotten to collect it.
    static func running(_ processes: Set<Int32>) -> Set<Int32> {
        processes.filter { pid in
            let afterName = TestHeddle.text("/proc/\(pid)/stat").split(separator: ")").last
            guard let state = afterName?.split(separator: " ").first else { return false }
            return state != "Z" && state != "X"
        }
    }
}
