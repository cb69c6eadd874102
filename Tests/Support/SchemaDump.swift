import Foundation
import Postgres

extension TestCluster {
    /// The model of a database as pg_dump writes it, without what differs from day to day: versions, random tokens, the
    /// partitions of these months.
    package func schemaDump(of database: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try PostgresPrograms.find().dump)
        process.arguments = ["--schema-only", "--no-owner", address(database)]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }

        let blocks = String(decoding: data, as: UTF8.self).components(separatedBy: "\n\n\n").filter { !isOfMonth($0) }
        let lines = blocks.joined(separator: "\n\n").split(separator: "\n", omittingEmptySubsequences: false)
        let kept = lines.filter { line in
            !line.hasPrefix("-- Dumped ") && !line.hasPrefix("\\restrict") && !line.hasPrefix("\\unrestrict")
                && line != "--"
        }
        return kept.joined(separator: "\n") + "\n"
    }

    private func isOfMonth(_ block: String) -> Bool {
        block.firstMatch(of: /_p?20[0-9]{2}_?[0-9]{2}\b|_p?20[0-9]{2}_?[0-9]{2}_/) != nil
    }
}
