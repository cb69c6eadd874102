import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// A ported number from the INVITE to the CDR: what is found out decides the call, and stays with it.
@Suite(.database, .serialized) struct PortedCallTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The demonstration with a service that is asked: its own table, in which San Francisco's number is in Newark.
    private func prepare() async throws -> RoutingData {
        try await SeedDemo(db.owner)()
        try await db.owner.run(
            """
            insert into vendor_mgmt.service_providers (tenant_id, kind, name, plugin)
            values (\(SeedDemo.tenant), 'lrn', 'x', 'table') on conflict do nothing
            """)
        try await db.owner.run(
            """
            insert into routing.ported_numbers (tenant_id, number, lrn)
            values (\(SeedDemo.tenant), \(SeedDemo.called), '+19735550000') on conflict do nothing
            """)
        try await db.owner.run(
            """
            insert into ref.npa_nxx_blocks (npa, nxx, block, source, valid_from, country, state, ocn, lata)
            values ('973', '555', 'A', 'lerg', '2020-01-01', 'US', 'NJ', '6529', '224') on conflict do nothing
            """)
        let none = RoutingSecrets(
            open: { _, _, _ in throw CocoaError(.featureUnsupported) },
            resolve: { _ in throw CocoaError(.featureUnsupported) }, report: { _ in })
        var data = try await LoadRouting(db.engine, secrets: none)()
        for position in data.portingServices[SeedDemo.tenant]?.indices ?? 0..<0 {
            data.portingServices[SeedDemo.tenant]?[position].timeout = .seconds(30)
        }
        return data
    }

    /// Routes one call, with all the time that a slow machine may need.
    private func route(
        _ data: RoutingData, wait: Duration = .seconds(30), _ signalled: SignalledPorting? = nil
    ) async throws -> RouteCall.Answer {
        let porting = FindPorting(
            db.engine, limits: FindPorting.Limits(wait: wait, stored: wait == .zero ? .zero : .seconds(10)))
        let calls = OpenCalls(db.engine)
        let now = Date().microseconds
        let identity = CallIdentity(
            edge: "edge-1", callID: UUID.v7().text, fromTag: "1", receivedMicroseconds: now,
            source: "127.0.0.9;5060;udp")
        let request = CallRequest(
            source: try #require(IPAddress("127.0.0.9")), dialled: SeedDemo.called,
            caller: PresentedCaller(fromUser: SeedDemo.caller), signalledPorting: signalled)
        var answer: RouteCall.Answer?
        try await withThrowingTaskGroup { group in
            group.addTask { await calls.run() }
            if case .answer(let given) = await RouteCall(calls, porting: porting)(request, identity, data) {
                answer = given
            }
            let id = try #require(answer).routingID
            try await until("the request is stored") {
                try await db.engine.run("select 1 from routing.routing_requests where id = \(id)").value(Int.self) == 1
            }
            group.cancelAll()
        }
        return try #require(answer)
    }

    private func stored(_ answer: RouteCall.Answer) async throws -> String? {
        try await db.engine.run(
            """
            select concat_ws(' ', jurisdiction, jurisdiction_reason, from_state, from_place, to_state, to_place, lata,
                             from_lrn, ported, lrn, lrn_source)
              from routing.routing_requests where id = \(answer.routingID)
            """
        ).value(String.self)
    }

    @Test func `the request and the CDR keep what the call was routed by`() async throws {
        let answer = try await route(try await prepare())
        let expected = "interstate different_states NY area_code NJ block 224 t +19735550000 dip"
        #expect(try await stored(answer) == expected)
        // The CDR tells what the router knew, whatever has become of the block since.
        try await db.owner.run("update ref.npa_nxx_blocks set state = 'PA', lata = '999' where npa = '973'")
        try await db.engine.run(
            """
            insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, call_id, routing_id, account_id, direction,
                                     sip_code)
            select tenant_id, requested_at, cdr_id, edge_id, call_id, id, account_id, direction, 486
              from routing.routing_requests where id = \(answer.routingID)
            """)
        while try await RateCalls(db.engine)().calls > 0 {}
        let cdr = try await db.engine.run(
            """
            select concat_ws(' ', jurisdiction, jurisdiction_reason, from_state, to_state, ocn, lata, ported, lrn,
                             lrn_source)
              from cdr.enriched_cdr where id = \(answer.cdrID)
            """
        ).value(String.self)
        #expect(cdr == "interstate different_states NY NJ 6529 224 t +19735550000 dip")
        try await db.owner.run("delete from ref.npa_nxx_blocks where npa = '973'")
    }

    @Test func `without an answer in time the number dialled decides, and the call says so`() async throws {
        var data = try await prepare()
        data.portingServices[SeedDemo.tenant] = []
        let answer = try await route(data)
        #expect(try await stored(answer) == "interstate different_states NY area_code CA area_code failed")
    }

    @Test func `a trunk that is believed needs nobody to be asked`() async throws {
        _ = try await prepare()
        try await db.owner.run("update routing.trunks set trusts_porting = true where tenant_id = \(SeedDemo.tenant)")
        let data = try await prepare()
        let said = SignalledPorting(npdi: "", routingNumber: "+12125550000")
        let answer = try await route(data, said)
        #expect(
            try await stored(answer)
                == "intrastate same_state NY area_code NY area_code t +12125550000 signalled")
        try await db.owner.run("update routing.trunks set trusts_porting = false where tenant_id = \(SeedDemo.tenant)")
    }
}
