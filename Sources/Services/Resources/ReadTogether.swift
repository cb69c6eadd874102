import Postgres

/// Does short reads that come at the same time in one transaction, for those who see the same rows: to say who that is
/// costs as much as to read a row.
struct ReadTogether: Sendable {
    private let gathered: Gathered<RequestScope.View, Read, Rows>

    private struct Read: Sendable {
        let statement: SQL
        let view: RequestScope.View
    }

    /// Rows of one read at most: what comes in one batch is in memory at once.
    static let mostRows = 100
    private static let most = 16
    private static let lanes = 2
    /// What is not over by then is no short read.
    private static let deadline = Duration.seconds(1)

    /// - Parameter database: as the API.
    init(_ database: Database) {
        gathered = Gathered(lanes: Self.lanes, most: Self.most) { reads in
            guard let view = reads.first?.view else { return [] }
            let batch = [view.opening] + reads.map(\.statement)
            return (try? await database.run(batch, deadline: Self.deadline)).map { Array($0.dropFirst()) }
        }
    }

    /// - Returns: `nil` when it was not done; alone it tells why.
    func callAsFunction(_ statement: SQL, _ scope: RequestScope) async -> Rows? {
        await gathered(Read(statement: statement, view: scope.view), of: scope.view)
    }
}
