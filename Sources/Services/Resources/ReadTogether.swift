import Postgres

/// Does short reads that come at the same time in one transaction, for those who see the same rows: to say who that is
/// costs as much as to read a row.
///
/// Single rows are read on a session that all share, where nothing takes long; lists, whose rows may be large, on one
/// of their own, which is stopped when they take longer than they should.
struct ReadTogether: Sendable {
    private let single: Gathered<RequestScope.View, Read, Rows>
    private let lists: Gathered<RequestScope.View, Read, Rows>

    private struct Read: Sendable {
        let statement: SQL
        let view: RequestScope.View
    }

    /// Rows of one read at most: what comes in one batch is in memory at once.
    static let mostRows = 100
    private static let mostSingle = 32
    private static let mostLists = 8
    /// What is not over by then is no short read.
    private static let deadline = Duration.seconds(1)

    /// - Parameter database: as the API.
    init(_ database: Database) {
        single = Gathered(lanes: 1, most: Self.mostSingle) { reads in
            Array(try await database.run(Self.batch(reads), deadline: Self.deadline).dropFirst())
        }
        lists = Gathered(lanes: 2, most: Self.mostLists) { reads in
            try await database.lease { session in
                Array(try await session.run(Self.batch(reads), deadline: Self.deadline).dropFirst())
            }
        }
    }

    private static func batch(_ reads: [Read]) -> [SQL] {
        reads.prefix(1).map(\.view.opening) + reads.map(\.statement)
    }

    /// - Returns: `nil` when it was not done; alone it tells why.
    func callAsFunction(_ query: RowQuery, _ scope: RequestScope) async -> Rows? {
        let read = Read(statement: query.page(scope), view: scope.view)
        return await (query.isOfOne ? single : lists)(read, of: scope.view)
    }
}
