import Catalog
import Foundation
import Postgres

/// Does short reads that come at the same time in one transaction, for those who see the same rows: to say who that is
/// costs as much as to read a row. What asks for the same of the same table is read by one statement.
///
/// Single rows are read on a session that all share, where nothing takes long; lists, whose rows may be large, on one
/// of their own, which is stopped when they take longer than they should.
struct ReadTogether: Sendable {
    private let single: Gathered<Table, One, Row?>
    private let lists: Gathered<RequestScope.View, Page, [Row]>

    private struct Table: Hashable {
        let view: RequestScope.View
        let resource: ObjectIdentifier
    }

    /// A row, by its id.
    private struct One: Sendable {
        let resource: Resource
        let id: UUID
        let scope: RequestScope
    }

    private struct Page: Sendable {
        let query: RowQuery
        let scope: RequestScope
    }

    /// Rows of one read at most: what comes in one batch is in memory at once.
    static let mostRows = 100
    private static let mostSingle = 32
    private static let mostLists = 16
    /// What is not over by then is no short read.
    private static let deadline = Duration.seconds(1)

    /// - Parameter database: as the API.
    init(_ database: Database) {
        single = Gathered(lanes: 2, full: 16, most: Self.mostSingle) { try await Self.rows($0, database) }
        lists = Gathered(lanes: 2, full: 1, most: Self.mostLists) { try await Self.pages($0, database) }
    }

    /// Has statements planned once: with a list in it one would be planned anew each time, for that is thought to pay
    /// for short ones, and takes longer than to do it. And by the index, also while the table is small: the plan stays.
    private static let plansOnce: SQL = """
        set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)
        """

    private static func rows(_ reads: [One], _ database: Database) async throws -> [Row?] {
        guard let first = reads.first else { return [] }
        let resource = first.resource
        guard let key = resource.key.first else { throw PostgresError(.invalidRequest, "\(resource.name) has no key") }
        let shape = UsualShapes.shape(of: resource, isStaff: first.scope.account == nil)
        let tenant: SQL = resource.tenantColumn.map { "t.\(identifier: $0) = \(first.scope.tenant) and" } ?? ""
        let statement: SQL = """
            select \(shape.selection) from \(unescaped: resource.name) t
             where \(tenant) t.\(identifier: key) = any (\(reads.map(\.id)))
            """
        var byID: [UUID: Row] = [:]
        let opening: SQL = "\(first.scope.view.opening), \(plansOnce)"
        for row in try await database.run([opening, statement], deadline: deadline)[1] {
            byID[try shape.id(row, key)] = row
        }
        return reads.map { byID[$0.id] }
    }

    /// - Returns: the rows of each page, one more than it has where there is a next one.
    private static func pages(_ pages: [Page], _ database: Database) async throws -> [[Row]] {
        guard let first = pages.first else { return [] }
        var kinds: [RowQuery.Kind: [Int]] = [:]
        for (index, page) in pages.enumerated() { kinds[page.query.kind, default: []].append(index) }
        let groups = Array(kinds.values)
        let opening: SQL = "\(first.scope.view.opening), \(plansOnce)"
        let statements = groups.map { group in
            pages[group[0]].query.pages(group.map { pages[$0].query }, first.scope)
        }
        let answers = try await database.lease { try await $0.run([opening] + statements, deadline: deadline) }
        var found = pages.map { _ in [Row]() }
        for (group, rows) in zip(groups, answers.dropFirst()) {
            let column = pages[group[0]].query.shape.width
            for row in rows { found[group[try row.column(column, as: Int.self)]].append(row) }
        }
        return found
    }

    /// One row of a table that is known by an id, in its usual shape.
    /// - Returns: `nil` when it was not done; alone it tells why. In it, `nil` when there is no such row.
    func callAsFunction(_ id: UUID, of resource: Resource, _ scope: RequestScope) async -> Row?? {
        await single(
            One(resource: resource, id: id, scope: scope),
            of: Table(view: scope.view, resource: ObjectIdentifier(resource)))
    }

    /// The rows of a page of a list, one more than it has where there is a next one.
    /// - Returns: `nil` when it was not done; alone it tells why.
    func callAsFunction(_ query: RowQuery, _ scope: RequestScope) async -> [Row]? {
        await lists(Page(query: query, scope: scope), of: scope.view)
    }
}
