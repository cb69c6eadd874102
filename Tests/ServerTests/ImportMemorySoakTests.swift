import Foundation
import Glibc
import Processes
import TestSupport
import Testing

extension EndToEndTests {
    /// A file of any size is imported in the same memory.
    @Suite(.serialized, .heddle("import-memory")) struct ImportMemorySoakTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        @Test(.timeLimit(.minutes(60)))
        func `the memory of an import does not grow with the file`() async throws {
            let small = try await peak(of: Soak.count(short: 10_000, long: 100_000), name: "small")
            let large = try await peak(of: Soak.count(short: 40_000, long: 10_000_000), name: "large")
            #expect(large < 200 << 20)
            // Some pools fill up later than the first thousands.
            #expect(large < small + (32 << 20), "\(small >> 20) MiB, then \(large >> 20) MiB")
        }

        /// Imports so many calls.
        /// - Returns: the most memory that the program had, in bytes.
        private func peak(of calls: Int, name: String) async throws -> Int {
            let path = "\(heddle.directory)/\(name).csv"
            try write(calls, name, to: path)
            defer { unsafe unlink(path) }
            let importing = try await heddle.start(
                TestHeddle.program, ["cdr", "import", path, "--json"], heddle.settings, log: "\(name).log")
            var peak = 0
            while importing.isRunning {
                peak = max(peak, Self.highWater(importing.pid))
                try await Task.sleep(for: .milliseconds(20))
            }
            let told = TestHeddle.text("\(heddle.directory)/\(name).log")
            #expect(importing.exitCode == 0 && told.contains("\"imported\":\(calls)"), "\(told.suffix(500))")
            return peak
        }

        private func write(_ calls: Int, _ name: String, to path: String) throws {
            #expect(FileManager.default.createFile(atPath: path, contents: nil))
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            defer { try? file.close() }  // what was not written fails the test
            try file.write(contentsOf: Data("id,start,answer,end,caller,callee,account,carrier,code\n".utf8))
            let now = Int(Date().timeIntervalSince1970)
            for first in stride(from: 0, to: calls, by: 10_000) {
                var text = ""
                for number in first..<min(first + 10_000, calls) {
                    let start = now - 86_400 + number % 80_000
                    text += "\(name)-\(number),\(start),\(start + 4),\(start + 64),+12125550100,+14155550142,"
                    text += "TW-1001,Meridian MIA,200\n"
                }
                try file.write(contentsOf: Data(text.utf8))
            }
        }

        /// `VmHWM` of proc(5), in bytes; 0 when the process is gone.
        private static func highWater(_ pid: Int32) -> Int {
            let lines = TestHeddle.text("/proc/\(pid)/status").split(separator: "\n")
            guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return 0 }
            return (line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) << 10
        }
    }
}
