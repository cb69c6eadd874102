import Foundation
package import Testing

/// A committed text that something has to match, line by line.
package struct Snapshot: Sendable {
    package let path: String

    package init(_ file: String, testFile: String = #filePath) {
        // Tests/<target>/…/<test>.swift → Tests/<target>/Snapshots/<file>
        var folder = URL(filePath: testFile).deletingLastPathComponent()
        while folder.deletingLastPathComponent().lastPathComponent != "Tests" { folder.deleteLastPathComponent() }
        path = folder.appending(path: "Snapshots/\(file)").path
    }

    /// Compares, or writes when the environment has RECORD_SNAPSHOTS=1.
    package func verify(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
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
            \(path) no longer says what is:
            \(changes.joined(separator: "\n"))
            If that is what you meant, record it and commit the difference:
                RECORD_SNAPSHOTS=1 swift test --filter <this suite>
            """, sourceLocation: sourceLocation)
    }
}
