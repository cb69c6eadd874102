import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// What the look-ups of a call pass over.
@Suite(.database) struct FindDisabledRowsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// An operator with an account, a trunk, a plan and two decks, one of them suspended.
    private func makeOperator(_ id: UUID) async throws {
        let script = """
            insert into core.tenants (id, slug, name) values (ID, 'passed-' || left(ID::text, 8), 'x');
            insert into accounts.accounts (tenant_id, id, ban, name) values (ID, ID, 'P-' || left(ID::text, 8), 'x');
            insert into routing.trunks (tenant_id, id, account_id, name, caller_id_policy)
            values (ID, ID, ID, 'x', 'any');
            insert into routing.carriers (tenant_id, id, name) values (ID, ID, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (ID, ID, ID, 'x', 'x.example');
            insert into routing.decks (tenant_id, carrier_trunk_id, name, status)
            values (ID, ID, 'A deck', 'active'), (ID, ID, 'B deck', 'suspended');
            insert into billing.rate_plans (tenant_id, id, name) values (ID, ID, 'A plan');
            insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
            values (ID, ID, ID, '2026-01-01');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, disabled, valid_from, valid_to)
            select ID, d.id, r.prefix, 0.01, r.disabled, r.valid_from, r.valid_to
              from routing.decks d,
                   (values ('1', false, '2026-01-01'::timestamptz, null::timestamptz),
                           ('12125', true, '2026-01-01', null), ('121255', true, '2026-01-01', '2026-02-01'),
                           ('1212555', true, '2100-01-01', null), ('1646', true, '2026-01-01', null))
                   r (prefix, disabled, valid_from, valid_to)
             where d.tenant_id = ID;
            insert into billing.voice_rates (tenant_id, rate_plan_id, direction, prefix, rate, disabled, valid_from)
            values (ID, ID, 'outbound', '1', 0.01, false, '2026-01-01'),
                   (ID, ID, 'outbound', '1212', null, true, '2026-01-01'),
                   (ID, ID, 'inbound', '12', null, true, '2026-01-01');
            """.replacing("ID", with: "'\(id)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
    }

    @Test func `tells disabled rows in effect, of the plan by what was dialled and of decks by what is bought`()
        async throws
    {
        let id = UUID()
        try await makeOperator(id)
        let none = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let data = try await LoadRouting(db.engine, secrets: none)()
        func passedOver(_ number: String, ported: String? = nil) async throws -> [String] {
            let porting = ported.flatMap { E164($0) }.flatMap { NumberPorting(routingNumber: $0, .dip) }
            let decision = try #require(
                data.snapshot.explain(
                    trunkID: id, of: id, dialled: number, caller: "+13105550100", porting: (porting, nil),
                    at: Date().microseconds, health: data.health))
            return try await FindDisabledRows(db.engine)(of: decision).map { "\($0.kind) \($0.sheet) \($0.prefix)" }
        }
        #expect(try await passedOver("+12125550100") == ["plan A plan 1212", "deck A deck 12125"])
        #expect(
            try await passedOver("+12125550100", ported: "+16465550000") == ["plan A plan 1212", "deck A deck 1646"])
        #expect(try await passedOver("+14155550142") == [])
    }
}
