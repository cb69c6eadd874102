import Postgres
import TestSupport
import Testing

/// routing.call_draw: what looks like chance and is always the same for a call. That the router comes to the same is
/// seen where both choose routes.
@Suite(.database) struct CallDrawTests {
    @Test func `it is the same for a call, and another one a microsecond later`() async throws {
        let draws = try await TestDatabase.suite.engine.run(
            """
            select routing.call_draw(number, at)
              from (values ('+12125550100', '2026-06-01 00:00:00Z'::timestamptz),
                           ('+12125550100', '2026-06-01 00:00:00Z'),
                           ('+12125550100', '2026-06-01 00:00:00.000001Z'),
                           ('+12125550101', '2026-06-01 00:00:00Z')) as calls (number, at)
            """
        ).values(Int.self)
        #expect(draws[0] == draws[1])
        #expect(draws[2] == (draws[0] + 48_271) % 2_147_483_647)
        #expect(draws[3] == (draws[0] + 1) % 2_147_483_647)
    }

    @Test func `its last digit is as even as chance`() async throws {
        let shares = try await TestDatabase.suite.engine.run(
            """
            select count(*)
              from generate_series(1, 10000) as n
             group by routing.call_draw('+12125550100', '2026-06-01'::timestamptz + n * interval '1.234567 s') % 10
            """
        ).values(Int.self)
        #expect(shares.count == 10)
        #expect(shares.allSatisfy { (850...1150).contains($0) }, "\(shares)")
    }
}
