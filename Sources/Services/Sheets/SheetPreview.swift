package import Foundation
package import Postgres

/// Says what a version of a deck or a rate plan would change, as programs read it.
package struct SheetPreview: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// What is asked.
    package struct Question: Sendable {
        package let version: Int
        /// The version to compare with; what holds when `nil`.
        package var base: Int?
        /// When it is to come into force.
        package var from = Date()
        package var noticeDays = 7
        /// How many differences are listed.
        package var differences = 20
        /// Whether the calls of the last days are routed again.
        package var withTraffic = false

        package init(version: Int) { self.version = version }
    }

    /// Calls that are routed again at most: a request waits for it.
    private static let mostCalls = 50_000

    /// - Returns: JSON.
    /// - Throws: `ResourceFault` when there is no such version, or `PostgresError`.
    package func callAsFunction(_ sheet: Sheet, _ question: Question) async throws -> String {
        let base = try await base(sheet, question)
        let summary = try await CompareSheet(database)(
            sheet, from: base, to: question.version, noticeDays: question.noticeDays, publishing: question.from,
            limit: question.differences)
        var impact: PreviewSheet.Impact?
        if question.withTraffic {
            impact = try await PreviewSheet(database)(
                sheet, from: question.base, to: question.version, publishing: question.from, most: Self.mostCalls)
        }
        return JSONWriter.object { json in
            json.text("object", "sheet_preview")
            json.text("sheet", sheet.name)
            json.number("version", question.version)
            json.number("base", base)
            json.object("changes") { summary.write(to: &$0) }
            if let impact { impact.write(of: sheet, to: &json) } else { json.raw("traffic", "null") }
        }
    }

    /// The version to compare with, once it is known that both are there.
    private func base(_ sheet: Sheet, _ question: Question) async throws -> Int {
        let wanted = [question.version] + [question.base].compactMap(\.self)
        let known = try await database.run(
            """
            select version from routing.sheet_versions
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and version = any (\(wanted)::bigint[])
            """
        ).values(Int.self)
        if let missing = wanted.first(where: { !known.contains($0) }) {
            throw ResourceFault(.notFound, "\(sheet.name) has no version \(missing)")
        }
        if let base = question.base { return base }
        let held = try await database.run("select routing.sheet_version_at(\(sheet.tenantID), \(sheet.id))")
            .value(Int?.self)
        return (held ?? nil) ?? question.version
    }
}
