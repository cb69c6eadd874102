import Postgres
import TestSupport
import Testing

/// routing.try_outcome: what a carrier's answer says of the carrier.
@Suite(.database) struct TryOutcomeTests {
    @Test(arguments: [
        ("200", false, "answered"), ("200", true, "answered"), ("486", false, "effective"), ("600", true, "effective"),
        ("603", false, "effective"), ("timeout", true, "effective"), ("408", true, "effective"),
        ("480", true, "effective"), ("487", true, "effective"), ("timeout", false, "failed"), ("408", false, "failed"),
        ("500", false, "failed"), ("502", true, "failed"), ("503", true, "failed"), ("504", false, "failed"),
        ("480", false, "ineffective"), ("487", false, "ineffective"), ("404", true, "ineffective"),
        ("403", false, "ineffective"), ("488", false, "ineffective"), ("501", false, "ineffective"),
        ("302", false, "ineffective"), ("", false, "ineffective"),
    ])
    func `a code, and whether it rang`(result: String, rang: Bool, outcome: String) async throws {
        let found = try await TestDatabase.suite.engine.run("select routing.try_outcome(\(result), \(rang))::text")
            .value(String.self)
        #expect(found == outcome)
    }
}
