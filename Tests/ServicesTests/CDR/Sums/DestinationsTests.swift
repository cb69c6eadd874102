import Postgres
import TestSupport
import Testing

@testable import Services

@Suite(.database) struct DestinationsTests {
    @Test(
        arguments: [
            "+12125550100", "+442079460000", "+77012345678", "+4930123456", "+2971234567", "+35312345678",
            "+8613012345678", "+99812345678", "+21312345678", "+1", "+7", "+9",
        ])
    func `a number's prefix is that of the database`(number: String) async throws {
        let prefix = try await TestDatabase.suite.engine.run("select cdr.destination_prefix(\(number))")
            .value(String.self)
        #expect(String(Destinations.prefix(of: number)) == prefix)
    }

    @Test func `delays are counted in the buckets of the database`() async throws {
        let bounds = try await TestDatabase.suite.engine.run(
            "select b::bigint from unnest(cdr.pdd_bounds_ms()) with ordinality as b (b, turn) order by turn"
        ).values(Int64.self)
        #expect(bounds == CallSum.delayBounds)
    }
}
