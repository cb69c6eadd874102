import Foundation
package import Postgres

/// Tells what is, and then what changes, as somebody may see it: each look is one short transaction, with a statement
/// for each topic. What it keeps is bounded, and nothing in the database waits for whoever is told.
package struct FollowChanges: Sendable {
    private let database: Database
    private let scope: RequestScope
    private var topics: [any FollowedTopic]

    /// - Parameters:
    ///   - database: as the API.
    ///   - topics: what of; the caller has found that `scope` may see them.
    ///   - types: of events, which; all, if there are none.
    ///   - place: the event that was seen last.
    package init(
        _ database: Database, _ topics: Set<StreamTopic>, types: [String], after place: StreamPlace?,
        _ scope: RequestScope
    ) {
        self.database = database
        self.scope = scope
        self.topics = StreamTopic.allCases.filter(topics.contains).map { topic -> any FollowedTopic in
            switch topic {
            case .calls: ToldCalls()
            case .balances: ToldBalances()
            case .jobs: ToldJobs()
            case .events: ToldEvents(types, after: place)
            }
        }
    }

    /// Whether there may be more than what was told last.
    package var hasMore: Bool { topics.contains { $0.hasMore } }

    /// What is to be told by now; the first time, what is.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package mutating func next() async throws -> [StreamMessage] {
        var batch: [SQL] = [scope.opening, "select now()"]
        for topic in topics { batch.append(topic.statement(scope)) }
        let asked = batch
        let answers = try await ListRows.timed { try await ListRows.runAlone(asked, database) }
        let readAt = try answers[1].value(Date.self) ?? Date()
        var messages: [StreamMessage] = []
        for index in topics.indices {
            messages += try topics[index].messages(of: answers[index + 2], readAt: readAt)
        }
        return messages
    }
}
