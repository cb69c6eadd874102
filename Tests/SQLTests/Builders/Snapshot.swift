import Foundation
import Testing

/// A committed text that the schema has to match, line by line.
struct Snapshot: Sendable {
    let path: String

    init(_ file: String, testFile: String = #filePath) {
        // Tests/SQLTests/<folder>/<test>.swift → Tests/SQLTests/Snapshots/<file>
        let folder = URL(filePath: testFile).deletingLastPathComponent().deletingLastPathComponent()
        path = folder.appending(path: "Snapshots/\(file)").path
    }

    /// Compares, or writes when the environment has RECORD_SNAPSHOTS=1.
    func verify(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let text = lines.joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        let recorded = try String(contentsOfFile: path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        let difference = lines.difference(from: recorded)
        guard !difference.isEmpty else { return }
        let changes = difference.map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }
        Issue.record(
            """
            \(path) no longer says what the database says:
            \(changes.joined(separator: "\n"))
            If that is what you meant, record it and commit the difference:
                RECORD_SNAPSHOTS=1 swift test --filter SQLTests
            """, sourceLocation: sourceLocation)
    }
}
