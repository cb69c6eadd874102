import Foundation
import Postgres
import TestSupport
import Testing

/// flows.node_catalogue: what each kind of node needs and leads to.
@Suite(.database) struct NodeCatalogueTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `knows exactly the kinds that nodes may have`() async throws {
        let missing = try await db.owner.run(
            """
            select k.kind from flows.node_catalogue() k
             where not (pg_get_constraintdef((select oid from pg_constraint where conname = 'node_kind_is_known'))
                        like '%''' || k.kind || '''%')
             union all
            select count(*)::text from flows.node_catalogue() having count(*) <> 21
            """
        ).values(String.self)
        #expect(missing == [])
    }

    @Test func `every port that it allows is one that a node can have`() async throws {
        let campaign = try await db.tenant().campaign()
        let draft = try await campaign.draft()
        let menu = try await draft.node("menu", "ivr_menu", ports: ["digit:1", "digit:*", "no_input", "no_match"])
        try await draft.edge(menu, "digit:*", to: menu)
        #expect(try await draft.findings().filter { $0.hasPrefix("unknown_port") } == [])
        #expect(
            try await Refusal.of { try await draft.node("odd", "play", ports: ["Done now"]) }
                == Refusal("23514", "port_is_a_word_and_perhaps_a_value"))
    }
}
