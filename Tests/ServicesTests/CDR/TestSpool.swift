import Foundation
import TestSupport

@testable import Services

/// An edge's directory of a test's own.
struct TestSpool {
    let path = "\(StaleRuns.directory("spool"))-\(UUID().uuidString.prefix(8))"

    init() throws {
        try FileManager.default.createDirectory(atPath: "\(path)/spool", withIntermediateDirectories: true)
    }

    /// A new file, in the place of one of that name.
    func write(_ file: String, _ text: String) throws {
        try text.write(toFile: "\(path)/spool/\(file)", atomically: true, encoding: .utf8)
    }

    /// What the edge does.
    func append(_ file: String, _ text: String) throws {
        let file = "\(path)/spool/\(file)"
        if !FileManager.default.fileExists(atPath: file) { try Data().write(to: URL(filePath: file)) }
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    func truncate(_ file: String, to size: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(filePath: "\(path)/spool/\(file)"))
        try handle.truncate(atOffset: UInt64(size))
        try handle.close()
    }

    func touch(_ file: String, _ date: Date) throws {
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: "\(path)/spool/\(file)")
    }

    func files() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: "\(path)/spool") }

    /// How many files are in a folder; a folder that is not there has none.
    func count(_ folder: String) throws -> Int {
        guard FileManager.default.fileExists(atPath: "\(path)/\(folder)") else { return 0 }
        return try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").count
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }  // the next run's sweep would do it

    /// Lines of different calls.
    static func lines(_ name: String, _ count: Int, _ changes: [Int: String] = [:]) -> String {
        (0..<count).map { number in
            let own = [5: "", 6: "", 14: "\(name)-\(number)", 20: "\(1_790_000_000_000_000 + number)"]
            return SpoolLineTests.line(own.merging(changes) { $1 }) + "\n"
        }.joined()
    }
}
