import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// What the router reads of the database, column by column.
@Suite(.database) struct LoadRoutingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// Ids are unique within a tenant only: every operator of these tests uses the same ones.
    private static let account = UUID(uuid: (1, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1))
    /// Decks and rate plans have one space of ids, for both have versions.
    private static let deck = UUID(uuid: (1, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 2))

    /// An operator with one of everything. What is unique on the platform is made from its number.
    private func makeOperator(_ number: Int, price: String, cost: String, currency: String = "USD") async throws -> UUID
    {
        let tenant = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (TENANT, 'operator-NUMBER-' || left(TENANT::text, 8), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name, currency)
            values (TENANT, ID, 'LOAD-' || left(TENANT::text, 8), 'Account NUMBER', 'CURRENCY');
            insert into routing.carriers (tenant_id, id, name) values (TENANT, ID, 'Carrier');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host, source_addresses, emergency_rank)
            values (TENANT, ID, ID, 'NUMBER', '203.0.113.NUMBER', '{198.51.100.NUMBER/32}', 1);
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (TENANT, DECK, ID, 'x');
            insert into routing.rate_deck (tenant_id, id, deck_id, prefix, rate, valid_from)
            values (TENANT, ID, DECK, '1', COST, '2026-01-01');
            insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy, host)
            values (TENANT, ID, ID, 'x', 'any', '192.0.2.NUMBER');
            insert into routing.trunk_acl (tenant_id, account_id, trunk_id, network)
            values (TENANT, ID, ID, '192.0.2.NUMBER/32');
            insert into billing.rate_plans (tenant_id, id, name, currency) values (TENANT, ID, 'x', 'CURRENCY');
            insert into billing.voice_rates (tenant_id, id, rate_plan_id, prefix, rate, valid_from)
            values (TENANT, ID, ID, '1', PRICE, '2026-01-01');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, currency, valid_from)
            values (TENANT, ID, ID, 'CURRENCY', '2026-01-01');
            """
            .replacing("TENANT", with: "'\(tenant)'::uuid").replacing("ID", with: "'\(Self.account)'::uuid")
            .replacing("DECK", with: "'\(Self.deck)'::uuid").replacing("NUMBER", with: "\(number)").replacing(
                "CURRENCY", with: currency
            )
            .replacing("PRICE", with: price).replacing("COST", with: cost)
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        return tenant
    }

    private func load(_ secrets: RoutingSecrets? = nil) async throws -> RoutingData {
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        return try await LoadRouting(db.engine, secrets: secrets ?? none)()
    }

    private func call(_ number: Int, _ data: RoutingData) throws -> Decision {
        let source = try #require(IPAddress("192.0.2.\(number)"))
        return data.snapshot.decide(
            CallRequest(
                source: source, dialled: "+14155550142", caller: PresentedCaller(fromUser: "+12125550100")),
            at: Date().microseconds)
    }

    @Test func `operators whose rows have the same ids keep their own prices, names and carriers`() async throws {
        let one = try await makeOperator(11, price: "0.02", cost: "0.01")
        let other = try await makeOperator(12, price: "0.08", cost: "0.07")
        let data = try await load()
        for (tenant, number, price, cost) in [(one, 11, "0.02", "0.01"), (other, 12, "0.08", "0.07")] {
            let decision = try call(number, data)
            #expect(decision.tenantID == tenant)
            #expect(decision.charge?.terms.nextRate == Rate(price))
            #expect(decision.candidates.map(\.name) == ["Carrier / \(number)"])
            #expect(decision.candidates.first?.buying?.terms.nextRate == Rate(cost))
            #expect(decision.routes.map(\.endpoint.host) == ["203.0.113.\(number)"])
            #expect(data.accountNames[TenantKey(tenant, Self.account)] == "Account \(number)")
        }
    }

    @Test func `a deck in another currency than the plan is not used`() async throws {
        _ = try await makeOperator(13, price: "0.02", cost: "0.01", currency: "EUR")
        let decision = try call(13, try await load())
        #expect(decision.refusal == .noRoute)
        #expect(decision.candidates.map(\.outcome) == [.otherCurrency])
    }

    @Test func `trunks that do not speak SIP are left out`() async throws {
        let tenant = try await makeOperator(15, price: "0.02", cost: "0.01")
        func isThere() async throws -> Bool {
            try await load().snapshot.trunks.contains { $0.row.tenantID == tenant }
        }
        #expect(try await isThere())
        for kind in ["kind = 'iax2', transport = 'udp'", "kind = 'webrtc', transport = 'wss'"] {
            try await db.owner.run("update routing.trunks set \(unescaped: kind) where tenant_id = \(tenant)")
            #expect(try await !isThere(), "\(kind)")
        }
        for transport in ["kind = 'sip', transport = 'ws'", "kind = 'webrtc', transport = 'udp'"] {
            await #expect(throws: PostgresError.self, "\(transport)") {
                try await db.owner.run("update routing.trunks set \(unescaped: transport) where tenant_id = \(tenant)")
            }
        }
    }

    /// What the engine of decisions honours has a column, and the column is read.
    @Test func `every limit, floor and header choice is read`() async throws {
        let tenant = try await makeOperator(14, price: "0.02", cost: "0.01")
        let before = try await load().snapshot
        func row<Row>(_ rows: [Row], _ owner: (Row) -> UUID) throws -> Row {
            try #require(rows.first { owner($0) == tenant })
        }
        func expect(_ snapshot: RoutingSnapshot, changed: Bool) throws {
            let tenantRow = try row(snapshot.tenants) { $0.row.id }.row
            #expect(tenantRow.maximumTries == (changed ? 2 : 4))
            #expect(tenantRow.maximumPostDialDelayMilliseconds == (changed ? 7000 : 10_000))
            let account = try row(snapshot.accounts) { $0.row.tenantID }.row
            #expect(account.allowsLoss == changed)
            let plan = try row(snapshot.ratePlans) { $0.row.tenantID }.row
            #expect(plan.expectedTalkSeconds == (changed ? 60 : 180))
            #expect(plan.marginFloor.perMinute == Rate(changed ? "0.001" : "0"))
            #expect(plan.marginFloor.basisPoints == (changed ? 1250 : 0))
            let trunk = try row(snapshot.trunks) { $0.row.tenantID }.row
            #expect(trunk.callerID.trustsIdentity == !changed)
            #expect(trunk.host?.port == (changed ? 5061 : 5060))
            let carrier = try row(snapshot.carrierTrunks) { $0.row.tenantID }
            #expect(carrier.row.identityHeader == (changed ? .remoteParty : .assertedIdentity))
            let tenantEntry = try row(snapshot.tenants) { $0.row.id }
            #expect(tenantEntry.emergencyRoutes.map(\.country) == [changed ? PlaceCode("CA") : nil])
        }
        try expect(before, changed: false)
        _ = try await db.owner.run([
            "update core.tenants set max_tries = 2, max_pdd_ms = 7000 where id = \(tenant)",
            "update accounts.accounts set allows_loss = true where tenant_id = \(tenant)",
            """
            update billing.rate_plans set expected_talk_s = 60, margin_floor = 0.001, margin_floor_bp = 1250
             where tenant_id = \(tenant)
            """,
            "update routing.trunks set trusts_identity = false, transport = 'tls' where tenant_id = \(tenant)",
            """
            update routing.carrier_trunks
               set identity_header = 'remote_party_id', source_port = 5070, emergency_country = 'CA'
             where tenant_id = \(tenant)
            """,
        ])
        let data = try await load()
        try expect(data.snapshot, changed: true)
        // From another port the carrier is a stranger.
        for (port, refusal) in [(5070, Telecom.Refusal.numberNotOurs), (5060, .unknownSource)] {
            let decision = data.snapshot.decide(
                CallRequest(
                    source: try #require(IPAddress("198.51.100.14")), sourcePort: port, dialled: "+12015550100",
                    caller: PresentedCaller(fromUser: "x"), allowsDigest: false), at: 0)
            #expect(decision.refusal == refusal)
        }
    }
}

extension Decision {
    fileprivate var refusal: Telecom.Refusal? { if case .refused(let refusal) = outcome { refusal } else { nil } }
}
