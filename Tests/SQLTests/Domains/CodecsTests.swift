import Postgres
import TestSupport
import Testing

/// routing.codecs: what a carrier trunk may be said to take.
@Suite(.database) struct CodecsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(
        arguments: [
            ([], nil), (["g729", "pcmu"], nil), (["g729", "mp3"], "codecs_are_known"), (["PCMU"], "codecs_are_known"),
            ([""], "codecs_are_known"), (Array(repeating: "pcmu", count: 17), "codecs_are_at_most_sixteen"),
        ] as [([String], String?)])
    func `codecs are taken by their names`(codecs: [String], refusedBy constraint: String?) async throws {
        let refusal = try await Refusal.of { try await db.app.run("select \(codecs)::text[]::routing.codecs") }
        #expect(refusal?.constraint == constraint)
    }
}
