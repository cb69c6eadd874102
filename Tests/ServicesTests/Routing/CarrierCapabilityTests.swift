import Postgres
import Telecom
import TestSupport
import Testing

/// What the router knows of a carrier trunk's codecs.
@Suite(.database) struct CarrierCapabilityTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `the database and the router name the same codecs`() async throws {
        let text = try #require(
            try await db.owner.run(
                "select pg_get_constraintdef(oid) from pg_constraint where conname = 'codecs_are_known'"
            ).value(String.self))
        let known = text.matches(of: /'([a-z0-9_]+)'/).map { String($0.1) }
        #expect(Set(known) == Set(Codec.allCases.map(\.rawValue)))
    }
}
