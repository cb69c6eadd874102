import Foundation
import TestSupport

/// A file of a test's own, and the list of errors beside it.
struct ScratchFile {
    let path = "\(StaleRuns.directory("blocks"))-\(UUID().uuidString.prefix(8)).csv"

    init(_ bytes: [UInt8]) throws { try Data(bytes).write(to: URL(filePath: path)) }

    init(_ text: String) throws { try self.init(Array(text.utf8)) }

    var errorsPath: String { "\(path).errors.csv" }

    var hasErrors: Bool { FileManager.default.fileExists(atPath: errorsPath) }

    func errors() throws -> [String] {
        try String(contentsOfFile: errorsPath, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    func remove() {
        for path in [path, errorsPath] {
            try? FileManager.default.removeItem(atPath: path)  // the next run's sweep would do it
        }
    }
}
