import Postgres
import TestSupport
import Testing

/// Statements that run for every call, request or page of a list find their rows by an index and touch few pages, on
/// tables as large as a busy operator's: 200 000 calls in `make test`, a million in `make soak`.
@Suite(.databaseEarly) struct HotPlanSoakTests {
    @Test func `every hot statement finds its rows by an index, in few pages and few months`() async throws {
        let crowd = try await Crowd.make(in: .suite, calls: Soak.count(short: 200_000, long: 1_000_000))
        for statement in HotStatement.all {
            let plan = try await crowd.plan(of: statement)
            #expect(crowd.faults(in: plan, of: statement) == [], "\(statement.name):\n\(plan.text)")
        }
    }
}
