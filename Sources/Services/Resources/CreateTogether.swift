import Catalog
import Foundation
import Postgres

/// Makes rows that a client asks for at the same time in one transaction, each request once: what a transaction costs
/// by itself is more than what a row does.
struct CreateTogether: Sendable {
    private let gathered: Gathered<Client, Creation, AnswerOnce.Answer>

    /// A row, and the request that asks for it.
    struct Creation: Sendable {
        let resource: Resource
        let body: RowBody
        let scope: RequestScope
        let request: AnswerOnce.Request

        fileprivate var kind: Kind { Kind(table: resource.name, names: body.names) }
    }

    /// What one statement makes.
    fileprivate struct Kind: Hashable {
        let table: String
        let names: [String]
    }

    /// Whose requests are done together: what one of them spoils is its own.
    private struct Client: Hashable {
        let view: RequestScope.View
        let actor: String
        let source: String?
        let principal: UUID
    }

    private static let most = 64
    /// While one is written to disk, the next gathers: the larger it is, the less each row costs. With so many that two
    /// are large, one is made while the requests of the other are answered and read.
    private static let lanes = 2
    private static let full = 24
    /// A batch waits for nobody's lock for long: alone each may.
    private static let timeout = Duration.seconds(2)

    /// - Parameter database: as the API.
    init(_ database: Database) {
        gathered = Gathered(lanes: Self.lanes, full: Self.full, most: Self.most) { try await Self.make($0, database) }
    }

    /// Whether rows of a table may be made together: where a trigger makes more of them than the record in the audit
    /// trail, that would not know whose request it does so for.
    static func takes(_ resource: Resource) -> Bool { !resource.hasInsertTriggers }

    /// - Returns: 201 with the row; `nil` when it was not done: alone it tells why.
    func callAsFunction(_ creation: Creation) async -> AnswerOnce.Answer? {
        let scope = creation.scope
        return await gathered(
            creation,
            of: Client(
                view: scope.view, actor: scope.actor, source: scope.source, principal: creation.request.key.principal))
    }

    /// Makes the rows of one client, all or none.
    static func make(_ creations: [Creation], _ database: Database) async throws -> [AnswerOnce.Answer] {
        guard let scope = creations.first?.scope else { return [] }
        let kinds = Dictionary(grouping: creations.indices) { creations[$0].kind }.values.sorted { $0[0] < $1[0] }
        let statements = kinds.flatMap { numbers in
            let alike = numbers.map { creations[$0] }
            return [requests(alike), RowChange.create(alike[0].resource, alike.map(\.body), scope, shape(alike[0]))]
        }
        return try await database.transaction(
            opening: [scope.opening] + statements, statementTimeout: timeout
        ) { _, answers in
            var made: [Int: AnswerOnce.Answer] = [:]
            for (place, numbers) in kinds.enumerated() {
                let rows = answers[2 + 2 * place]
                guard rows.count == numbers.count else { throw WriteRows.unseen }
                for (number, row) in zip(numbers, rows) {
                    made[number] = try WriteRows.answer(201, row, shape(creations[number]), creations[number].resource)
                }
            }
            let all = creations.indices.compactMap { made[$0] }
            let kept = AnswerOnce.keeping(Array(zip(creations.map(\.request), all)), scope)
            return (all, [kept] + announcements(creations))
        }
    }

    private static func shape(_ creation: Creation) -> RowShape {
        UsualShapes.shape(of: creation.resource, isStaff: creation.scope.account == nil)
    }

    /// Says for which request the n-th row is that the next statement makes (`audit.record_change`).
    private static func requests(_ creations: [Creation]) -> SQL {
        let ids = creations.map { $0.scope.request?.text ?? "null" }.joined(separator: ",")
        return "select set_config('app.request_ids', \("{\(ids)}"), true)"
    }

    /// Whoever serves from memory is told once.
    private static func announcements(_ creations: [Creation]) -> [SQL] {
        Set(creations.compactMap(\.resource.snapshot)).sorted().map { "select core.bump_snapshot(\($0))" }
    }
}
