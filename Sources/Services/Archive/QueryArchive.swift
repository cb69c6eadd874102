package import Foundation

/// Asks files of the archive, read-only: what is asked can be one SELECT, sees the rows alone, and no other file.
package struct QueryArchive: Sendable {
    private let tool: ParquetTool

    package init(tool: ParquetTool) { self.tool = tool }

    /// What is asked.
    package struct Question: Sendable {
        /// Whose rows; `nil` is everybody's, for the operator's own people.
        package var tenant: UUID?
        /// A whole SELECT, over tables by their names; or the parts of one.
        package var sql: String?
        package var table = ""
        package var condition: String?
        package var columns: String?
        package var limit: Int?
        package init() {}

        var select: String {
            if let sql { return sql }
            let condition = condition.map { " where \($0)" } ?? ""
            return "select \(columns ?? "*") from \(table)\(condition)" + (limit.map { " limit \($0)" } ?? "")
        }
    }

    /// How the answer is written.
    package enum Form: Sendable {
        case table, csv, json

        var arguments: [String] {
            switch self {
            case .table: ["-column", "-header"]
            case .csv: ["-csv", "-header", "-nullvalue", ""]
            case .json: ["-json"]
            }
        }
    }

    /// Writes the answer to standard output.
    /// - Parameter directory: where files were moved to; `nil` is where they were written.
    package func callAsFunction(
        _ question: Question, of records: [ArchiveRecord], in directory: String? = nil, form: Form
    ) async throws {
        let work = try ParquetTool.Workplace.temporary
        defer { work.remove() }
        let script = try Self.script(question, records, directory)
        try await tool.show(script, in: work, arguments: form.arguments)
    }

    /// A tenant's rows are taken out first: then nothing that is asked can reach the others. The operator's people
    /// read the files as they are.
    static func script(_ question: Question, _ records: [ArchiveRecord], _ directory: String?) throws -> String {
        guard !records.isEmpty else {
            throw ArchiveFailure("no such month is archived; `heddle archive list` shows what is")
        }
        var lines: [String] = []
        var paths: [String] = []
        for (name, months) in Dictionary(grouping: records, by: \.table).sorted(by: { $0.key < $1.key }) {
            let files = months.map { $0.file(in: directory) }
            for file in files where !FileManager.default.fileExists(atPath: file) {
                throw ArchiveFailure("\(file) is not there; name its directory with --from if it was moved")
            }
            let list = files.map(ArchivedTable.text).joined(separator: ", ")
            let parts = name.split(separator: ".").map { ArchivedTable.quoted(String($0)) }
            let source = "select * from read_parquet([\(list)], union_by_name = true)"
            lines.append("create schema if not exists \(parts[0]);")
            if let tenant = question.tenant {
                let id = ArchivedTable.text(tenant.uuidString.lowercased())
                lines.append("create table \(parts.joined(separator: ".")) as \(source) where tenant_id = \(id)::uuid;")
            } else {
                lines.append("create view \(parts.joined(separator: ".")) as \(source);")
                paths += files
            }
        }
        if !paths.isEmpty {
            lines.append("set allowed_paths = [\(paths.map(ArchivedTable.text).joined(separator: ", "))];")
        }
        lines.append("set enable_external_access = false; set lock_configuration = true;")
        lines.append("from query(\(ArchivedTable.text(question.select)));")
        return lines.joined(separator: "\n")
    }
}
