import Foundation

/// Long tests have a short form in `make test`; `make soak` sets HEDDLE_SOAK and runs the long one.
package enum Soak {
    package static let isLong = ProcessInfo.processInfo.environment["HEDDLE_SOAK"] != nil

    /// A number of rounds or rows, by the form that runs.
    package static func count(short: Int, long: Int) -> Int { isLong ? long : short }

    /// The seeds of a fuzzing test: others in each run. They are the test's arguments, so that a failure names its
    /// seed, and a crash as well; HEDDLE_FUZZ_SEED repeats one.
    package static func seeds(short: Int, long: Int) -> [UInt64] {
        if let seed = ProcessInfo.processInfo.environment["HEDDLE_FUZZ_SEED"].flatMap({ UInt64($0) }) { return [seed] }
        return (0..<count(short: short, long: long)).map { _ in .random(in: 0 ... .max) }
    }
}

/// Changes bytes in a few places, as networks, bugs and attackers do.
package func mutate(_ bytes: inout [UInt8], marks: String = "\r\n \";<>:,%\\\0", _ random: inout SeededGenerator) {
    for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
        let at = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, at + 20)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1: bytes.remove(at: at)
        case 2: bytes.insert(Array(marks.utf8).randomElement(using: &random) ?? 0, at: at)
        case 3: bytes.removeSubrange(at..<end)
        case 4: bytes.removeSubrange(at...)
        default: bytes.insert(contentsOf: bytes[at..<end], at: at)
        }
    }
}
