import Foundation
import Postgres
import Services
import Telecom
import TestSupport
import Testing

/// The demonstration operator's prices, as the router sees them: whoever tries a number of theirs gets through.
@Suite(.database) struct DemoRoutingTests {
    /// Callers of a state with its own prices, of one without, of Canada, and those whose state nobody knows.
    private static let callers = ["+12125550100", "+15155550100", "+14165550100", "+18005550100", "anonymous"]
    /// An ordinary exchange, and those that some decks price by themselves.
    private static let exchanges = ["555", "200", "432"]

    @Test func `every number of the US and Canada is routed with a margin, whatever the plan and the caller`()
        async throws
    {
        let db = try TestDatabase.suite
        try await SeedDemo(db.owner)()
        // The jurisdiction is what the test is about, not who may show which number.
        try await db.owner.run(
            "update routing.trunks set caller_id_policy = 'any', status = 'active' where tenant_id = \(SeedDemo.tenant)"
        )
        try await db.owner.run(
            "update accounts.accounts set status = 'active' where tenant_id = \(SeedDemo.tenant)")
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let snapshot = try await LoadRouting(db.engine, secrets: none)().snapshot
        let trunks = try await ListTrunks(db.engine, tenant: SeedDemo.tenant)()
        #expect(trunks.count == 4)
        let areaCodes = try await db.owner.run(
            "select npa from ref.npa where country in ('US', 'CA') and region is not null order by npa"
        ).values(String.self)
        #expect(areaCodes.count > 350)

        var faults: [String] = []
        for areaCode in areaCodes {
            for exchange in Self.exchanges {
                let called = "+1\(areaCode)\(exchange)0123"
                for trunk in trunks {
                    for caller in Self.callers {
                        let decision = try #require(
                            snapshot.explain(
                                trunkID: trunk.id, of: SeedDemo.tenant, dialled: called, caller: caller,
                                at: Date().microseconds))
                        let margin = decision.candidates.first { $0.outcome == .chosen }?.buying?.expectedMargin
                        if margin ?? .zero <= .zero {
                            faults.append("\(trunk.name), \(caller) to \(called): \(decision.outcome)")
                        }
                    }
                }
            }
        }
        #expect(faults.count == 0, "\(faults.prefix(20).joined(separator: "\n"))")
    }
}
