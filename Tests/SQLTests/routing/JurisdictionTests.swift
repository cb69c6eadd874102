import Foundation
import Postgres
import TestSupport
import Testing

/// routing.jurisdiction: the same words as the router's.
@Suite(.database) struct JurisdictionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: Sendable, CustomTestStringConvertible {
        let caller: String?
        let called: String
        var routing: String?
        var territories = "indeterminate"
        let expected: String

        var testDescription: String { "\(caller ?? "nobody") to \(called)" }
    }

    static let cases: [Case] = [
        Case(caller: "+12015550100", called: "+12125550100", expected: "interstate different_states"),
        Case(caller: "+12125550100", called: "+13155550100", expected: "intrastate same_state"),
        // Ported from New York to New Jersey, called from there.
        Case(
            caller: "+12015550100", called: "+12125550100", routing: "+19735550100", expected: "intrastate same_state"),
        Case(caller: "+442079460958", called: "+12125550100", expected: "indeterminate caller_not_north_american"),
        Case(caller: "+18005551212", called: "+12125550100", expected: "indeterminate caller_toll_free"),
        Case(caller: nil, called: "+12125550100", expected: "indeterminate caller_missing"),
        Case(caller: "anonymous", called: "+12125550100", expected: "indeterminate caller_missing"),
        Case(caller: "+15005550100", called: "+12125550100", expected: "indeterminate calling_state_unknown"),
        Case(caller: "+18765550100", called: "+12125550100", expected: "indeterminate caller_offshore"),
        Case(caller: "+12125550100", called: "+16045550100", expected: "interstate different_states"),
        Case(caller: "+16045550100", called: "+12505550100", expected: "intrastate same_state"),
        Case(caller: "+12125550100", called: "+18765550100", expected: "international offshore_country"),
        Case(caller: "+12125550100", called: "+442079460958", expected: "international other_country"),
        Case(caller: "+12125550100", called: "+18005551212", expected: "toll_free toll_free_number"),
        Case(caller: "+12125550100", called: "+15005550100", expected: "indeterminate called_state_unknown"),
        Case(caller: "+12125550100", called: "+17875550100", expected: "indeterminate called_territory"),
        Case(caller: "+17875550100", called: "+12125550100", expected: "indeterminate calling_territory"),
        Case(
            caller: "+17875550100", called: "+19395550100", territories: "states", expected: "intrastate same_state"),
        Case(
            caller: "+12125550100", called: "+17875550100", territories: "international",
            expected: "international called_territory"),
    ]

    @Test(arguments: cases) func `is decided by both ends`(call: Case) async throws {
        let found = try await db.app.run(
            """
            select jurisdiction || ' ' || reason
              from routing.jurisdiction(\(call.caller), \(call.called), \(call.routing), \(call.territories))
            """
        ).value(String.self)
        #expect(found == call.expected)
    }
}
