package import Foundation
package import Postgres
import Telecom

/// Routes calls of the last days again by a version of a sheet, by other rules, or by both, for who asks through the
/// API: within the rows and rights of the operator, and within bounds.
package struct AskWhatIf: Sendable {
    private let app: Database
    private let engine: Database

    /// - Parameter app: as the API: what it may not change it cannot try either.
    package init(app: Database, engine: Database) {
        self.app = app
        self.engine = engine
    }

    /// What is asked.
    package struct Question: Sendable {
        /// A deck or a rate plan.
        package var sheet: UUID?
        /// Of the sheet; the newest when `nil`.
        package var version: Int?
        /// Rows that calls are routed by, and what they would be: a JSON list.
        package var changes: String?
        /// Of the calls; the sheet's, or the operator's own when `nil`.
        package var currency: String?
        package var days = 7
        /// From when on they are made again; now when `nil`.
        package var asOf: Date?
        /// Calls at most, the last ones.
        package var most = AskWhatIf.mostCalls

        package init() {}
    }

    /// A request waits for it.
    package static let mostCalls = 50_000
    package static let mostDays = 31
    package static let mostChanges = ReadRuleChanges.mostChanges
    private static let mostPrefixes = 1_000
    private static let limit = Duration.seconds(60)

    /// - Returns: JSON.
    /// - Throws: `ResourceFault`, `ImportFailure`, or `PostgresError`.
    package func callAsFunction(_ question: Question, _ scope: RequestScope) async throws -> String {
        try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { try await answer(question, scope) }
            group.addTask {
                try await Task.sleep(for: Self.limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() ?? nil else {
                throw ResourceFault(.tooSlow, "it takes more than \(Self.limit): ask for fewer calls")
            }
            return answer
        }
    }

    private func answer(_ question: Question, _ scope: RequestScope) async throws -> String {
        let tenant = scope.tenant
        var sheet: Sheet?
        if let id = question.sheet { sheet = try await FindSheet(engine)(id, of: tenant) }
        let version = try await version(question, sheet)
        let drafts = sheet.flatMap { sheet in version.map { [sheet.key: $0] } } ?? [:]
        let (before, after, effects) = try await rehearse(question, drafts, scope)

        let end = Date()
        let span = end.addingTimeInterval(-Double(question.days) * 86_400)..<end
        var currency = question.currency ?? sheet?.currency
        if currency == nil { currency = try await FindTenant(engine).currency(of: tenant) }
        let selection = ReplayCalls.Selection(span, currency: currency ?? "", most: question.most)
        let sums = try await ReplayCalls(engine, tenant: tenant)(
            selection, by: before, and: after, at: question.asOf ?? end)
        return JSONWriter.object { json in
            json.text("object", "what_if")
            json.idOrNull("sheet_id", sheet?.id)
            json.numberOrNull("version", version)
            json.array("changes") { json in
                for effect in effects { json.object { effect.write(to: &$0) } }
            }
            json.time("from", span.lowerBound)
            json.time("to", span.upperBound)
            json.time("since", sums.oldest)
            json.text("currency", selection.currency)
            json.number("prefix_count", sums.prefixes.count)
            sums.write(to: &json, mostPrefixes: Self.mostPrefixes)
        }
    }

    private func version(_ question: Question, _ sheet: Sheet?) async throws -> Int? {
        guard let sheet else { return nil }
        guard let wanted = question.version else {
            return try await ListVersions(engine)(sheet, limit: 1).first?.number
        }
        let known = try await engine.run(
            """
            select version from routing.sheet_versions
             where tenant_id = \(sheet.tenantID) and sheet_id = \(sheet.id) and version = \(Int32(wanted))
            """
        ).value(Int.self)
        guard known != nil else { throw ResourceFault(.notFound, "\(sheet.name) has no version \(wanted)") }
        return wanted
    }

    private func rehearse(
        _ question: Question, _ drafts: [TenantKey: Int], _ scope: RequestScope
    ) async throws -> (before: RehearsedRouting, after: RehearsedRouting, effects: [RuleEffect]) {
        var effects: [RuleEffect] = []
        do {
            var change: RehearseRouting.Change?
            if let changes = question.changes {
                let apply = try ApplyRuleChanges(
                    json: changes, tenant: scope.tenant, permissions: scope.permissions)
                change = { session in effects = try await apply(session) }
            }
            let (before, after) = try await RehearseRouting(app)(
                after: drafts, of: scope.tenant, change: change)
            return (before, after, effects)
        } catch let found as RuleProblems {
            throw ResourceFault(found.problems.map(Self.fault))
        } catch let error as PostgresError where error.sqlState == "42501" {
            throw ResourceFault(.forbidden, "the changes write what is not written through the API: \(error.advice)")
        }
    }

    private static func fault(_ problem: RuleProblem) -> ResourceFault.Value {
        let names = [problem.table, problem.field].filter { !$0.isEmpty }
        let place = "/changes/\(problem.change - 1)"
        return ResourceFault.Value(
            names.isEmpty ? "changes" : names.joined(separator: "."), pointer: place, problem.value,
            expected: problem.expected)
    }
}
