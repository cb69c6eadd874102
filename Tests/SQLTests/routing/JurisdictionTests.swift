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
        var callerRouting: String?
        var at = "2026-06-01"
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
        Case(caller: "+12014000100", called: "+12125550100", expected: "intrastate same_state block area_code"),
        Case(
            caller: "+12014007100", called: "+12125550100", expected: "interstate different_states block area_code"),
        Case(
            caller: "+12014000100", called: "+12125550100", at: "2019-01-01",
            expected: "interstate different_states area_code area_code"),
        Case(
            caller: "+12015550100", called: "+12128760100",
            expected: "international offshore_country area_code block"),
        Case(
            caller: "+12015550100", called: "+12128770100",
            expected: "interstate different_states area_code area_code"),
        Case(
            caller: "+12125550100", called: "+19735550100", callerRouting: "+12015550000",
            expected: "intrastate same_state"),
        Case(
            caller: nil, called: "+12125550100", callerRouting: "+12125550000", expected: "indeterminate caller_missing"
        ),
        Case(caller: "+12013000100", called: "+12013010100", expected: "local local_calling_area"),
        Case(caller: "+12013010100", called: "+12013000100", expected: "intrastate same_state"),
        Case(caller: "+12013000100", called: "+12013010100", at: "2019-01-01", expected: "intrastate same_state"),
        Case(caller: "+12013000100", called: "+12123000100", expected: "interstate different_states"),
        Case(caller: "+14163000100", called: "+14163000101", expected: "intrastate same_state"),
        Case(
            caller: "+12125550100", called: "+12125550101", routing: "+12013010000", callerRouting: "+12013000000",
            expected: "local local_calling_area"),
        Case(caller: "+12015550100", called: "+12225550100", expected: "indeterminate called_state_unknown"),
    ]

    /// Rows of no exchange that another test uses.
    private func store() async throws {
        try await db.owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, country, state, lata) values
                ('201', '400', 'A', 'lerg', '2020-01-01', 'US', 'NY', null),
                ('201', '400', '7', 'lerg', '2020-01-01', 'US', 'NJ', null),
                ('212', '876', 'A', 'lerg', '2020-01-01', 'JM', null, null),
                ('212', '877', 'A', 'lerg', '2020-01-01', 'US', null, '132')
            on conflict do nothing
            """)
        try await db.owner.run(
            """
            insert into ref.local_calling_areas (npa, nxx, to_npa, to_nxx, valid_from) values
                ('201', '300', '201', '301', '2020-01-01'), ('201', '300', '212', '300', '2020-01-01'),
                ('416', '300', '416', '300', '2020-01-01')
            on conflict do nothing
            """)
    }

    @Test(arguments: cases) func `is decided by both ends`(call: Case) async throws {
        try await store()
        let found = try await db.app.run(
            """
            select concat_ws(' ', jurisdiction, reason, calling_source, called_source)
              from routing.jurisdiction(\(call.caller), \(call.called), \(call.routing), \(call.territories),
                                        \(call.callerRouting), \(call.at)::timestamptz)
            """
        ).value(String.self)
        #expect(found?.hasPrefix(call.expected) ?? false, "\(found ?? "nothing")")
    }
}
