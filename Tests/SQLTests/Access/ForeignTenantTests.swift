import Foundation
import Postgres
import TestSupport
import Testing

/// A function that is told a tenant does not take the caller's word for it: what the API asks about another tenant is
/// answered as if there were no such tenant, and nothing of it changes.
@Suite(.database) struct ForeignTenantTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What each function is called with. TENANT stands for the tenant that is asked about, FIRST and PLAN for what it
    /// has.
    static let calls = [
        "accounts.feature_enabled": "TENANT, FIRST, 'x'",
        "accounts.features": "TENANT, FIRST",
        "audit.record": "TENANT, 'export', 'cdr.raw_cdr', null, FIRST, '{}'",
        "audit.report_incident": "TENANT, 'other', 'low', 'x', 'x'",
        "auth.add_usual_roles": "TENANT",
        "auth.permissions_of": "TENANT, USER",
        "billing.calculate_taxes": "TENANT, FIRST, 'x', '2026-01-01', '{service}', '{1}', '{1}', '{1}'",
        "billing.convert": "TENANT, 1, 'USD', 'EUR', now()",
        "billing.due_recurring": "TENANT, FIRST, '2026-12-01'",
        "billing.message_price": "TENANT, FIRST, 'outbound', 'sms', 'long_code', '+12125550100', null, now()",
        "billing.publish_rate_card": "TENANT, PLAN, now()",
        "billing.rate_call": "TENANT, PLAN, 0, 1, 1, 6, 6, 60, now()",
        "billing.rate_card_rates": "TENANT, PLAN, now()",
        "billing.tiered_tax": "TENANT, PLAN, 0.1, 100",
        "cdr.move_dispute": "TENANT, FIRST, 'sent'",
        "cdr.open_dispute": "TENANT, FIRST",
        "cdr.show_disputes": "TENANT, FIRST",
        "compliance.check_consent": "TENANT, FIRST, '{+12125550100}', 'call', 'x', now()",
        "core.is_held": "TENANT, FIRST",
        "core.retained_since": "TENANT, 'cdr.raw_cdr', now()",
        "flows.publish_version": "TENANT, FIRST, USER",
        "flows.version_findings": "TENANT, FIRST",
        "messaging.find_opt_outs": "TENANT, FIRST, '+12125550100', '{+12125550100}'",
        "numbers.check_e911_compliance": "TENANT",
        "queue.begin_request": "TENANT, FIRST, FIRST, 'POST /x', 'x', sha256('x'), 60, 60",
        "queue.emit": "TENANT, 'x', '{}'",
        "queue.enqueue": "TENANT, 'x', 'x', '{}'",
        "queue.finish_request": "TENANT, FIRST, 'POST /x', 'x', FIRST, 200, '{}', 'x'",
        "queue.take_rate": "TENANT, 'x', 10, 60",
        "routing.calculate_lcr": "TENANT, '14155550142', '12125550100'",
        "routing.call_policy": "TENANT, FIRST, '+12125550100'",
        "routing.compare_sheets": "TENANT, PLAN, 1, 1",
        "routing.complete_draft": "TENANT, PLAN, 1",
        "routing.draft_sheet": "TENANT, PLAN",
        "routing.publish_sheet": "TENANT, PLAN, 1",
        "routing.sheet_rows_of": "TENANT, PLAN",
        "routing.sheet_version_at": "TENANT, PLAN",
        "routing.withdraw_sheet": "TENANT, PLAN",
        "tracking.find_duplicates": "TENANT, array[FIRST], '{+12125550100}', array[now()]",
        "tracking.open_schedules": "TENANT, array[FIRST], now()",
        "tracking.read_caps": "TENANT, array[FIRST], now()",
    ]

    @Test func `every function of the API that takes a tenant is called here`() async throws {
        let functions = try await db.owner.run(
            """
            select distinct format('%s.%s', n.nspname, p.proname)
              from pg_proc p join pg_namespace n on n.oid = p.pronamespace
             where n.nspname in (\(unescaped: House.schemaList)) and 'p_tenant' = any (p.proargnames)
               and has_function_privilege('heddle_app', p.oid, 'execute')
               -- These are what the others go by.
               and p.oid not in ('core.set_context(uuid, text, uuid[], uuid)'::regprocedure,
                                 'core.set_account_context(uuid, uuid, uuid)'::regprocedure)
             order by 1
            """
        ).values(String.self)
        #expect(functions == Self.calls.keys.sorted(), "say in `calls` what it is called with")
    }

    @Test func `another tenant is none, and stays as it is`() async throws {
        let (mine, other) = (try await db.tenant(), try await db.tenant())
        try await mine.fillEveryTable()
        try await other.fillEveryTable()
        let nobody = Tenant(id: UUID(), database: db)
        let before = try await other.digests()
        for context in [mine.staff, mine.people(of: [mine.firstAccount])] {
            for (function, arguments) in Self.calls.sorted(by: { $0.key < $1.key }) {
                let answer = try await outcome(function, arguments, about: other, context)
                #expect(try await outcome(function, arguments, about: nobody, context) == answer, "\(function)")
                #expect(answer.hasPrefix("42883") == false, "\(function) is called with other arguments")
            }
        }
        #expect(try await other.digests() == before)
    }

    /// The rows that a function returns as text, or what it was refused with.
    private func outcome(
        _ function: String, _ arguments: String, about tenant: Tenant, _ context: SQL
    ) async throws -> String {
        let filled = arguments.replacing("TENANT", with: "'\(tenant.id)'::uuid")
            .replacing("FIRST", with: "'\(tenant.firstAccount)'::uuid")
            .replacing("PLAN", with: "'\(tenant.part(6))'::uuid").replacing("USER", with: "'\(tenant.part(7))'::uuid")
        var rows: [String] = []
        let refusal = try await Refusal.of {
            rows =
                try await db.app.run([
                    context, "select coalesce(f::text, '') from \(unescaped: function)(\(unescaped: filled)) f",
                ]).last?.values(String.self) ?? []
        }
        let text = refusal?.description ?? rows.joined(separator: "\n")
        // An error may repeat the ids that it was asked about.
        return text.replacing("\(tenant.id)", with: "TENANT")
    }
}
