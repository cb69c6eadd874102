import Foundation
import Postgres
import TestSupport
import Testing

/// numbers.check_e911_compliance: each rule alone, by breaking it in a tenant that breaks none.
@Suite(.database) struct CheckE911ComplianceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A tenant whose one account does everything right: one DID on one trunk, registered, tested, with two routes.
    private struct Site {
        let tenant: Tenant
        let account: Account
        let number: String
    }

    private func site() async throws -> Site {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        // A number of New York that no other tenant has, in an exchange below 900: some of those above are special.
        let bytes = account.id.uuid
        let seed = Int(bytes.0) << 16 | Int(bytes.1) << 8 | Int(bytes.2)
        let number = "+1212\(2_000_000 + seed % 7_000_000)"
        var script = Self.script
        for (name, value) in [("TENANT", tenant.id), ("ACCOUNT", account.id)] {
            script = script.replacing(name, with: "'\(value)'::uuid")
        }
        script = script.replacing("NUMBER", with: "'\(number)'")
        try await db.owner.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
        return Site(tenant: tenant, account: account, number: number)
    }

    private static let script =
        """
        insert into routing.carriers (tenant_id, id, name) values (TENANT, ACCOUNT, 'x'), (TENANT, TENANT, 'y');
        insert into routing.carrier_trunks (tenant_id, carrier_id, name, host, emergency_rank)
        values (TENANT, ACCOUNT, 'x', 'x.example', 1), (TENANT, TENANT, 'y', 'y.example', 2);
        insert into routing.trunks (tenant_id, id, account_id, name, default_caller_id)
        values (TENANT, ACCOUNT, ACCOUNT, 'x', NUMBER);
        insert into numbers.inventory (tenant_id, number) values (TENANT, NUMBER);
        insert into numbers.dids (tenant_id, account_id, number, trunk_id) values (TENANT, ACCOUNT, NUMBER, ACCOUNT);
        insert into accounts.contacts (tenant_id, id, account_id, name, email)
        values (TENANT, ACCOUNT, ACCOUNT, 'Front desk', 'desk@x.example');
        insert into numbers.e911_addresses (tenant_id, id, account_id, label, caller_name, house_number, street_name,
                                            locality, region, postal_code, status, validated_at, confirmed_at,
                                            location_changed_at, acknowledged_at, is_mlts, notify_contact_id)
        values (TENANT, ACCOUNT, ACCOUNT, 'HQ', 'Test', '1', 'Main', 'New York', 'NY', '10001', 'validated', now(),
                now(), now() - interval '2 hours', now(), true, ACCOUNT);
        insert into numbers.e911_records (tenant_id, account_id, number, e911_address_id, status, provisioned_at,
                                          fee_billed_since)
        values (TENANT, ACCOUNT, NUMBER, ACCOUNT, 'active', now() - interval '1 hour', now());
        insert into numbers.e911_tests (tenant_id, account_id, number, e911_address_id, passed)
        values (TENANT, ACCOUNT, NUMBER, ACCOUNT, true);
        """

    /// The rules that are broken, with their severity.
    private func findings(_ site: Site, account: UUID? = nil) async throws -> [String] {
        try await db.engine.run(
            """
            select distinct code || ' ' || severity from numbers.check_e911_compliance(\(site.tenant.id), \(account))
             order by 1
            """
        ).decode(String.self)
    }

    @Test func `who does everything right has no findings`() async throws {
        let site = try await site()
        #expect(try await findings(site) == [])
        #expect(try await findings(site, account: site.account.id) == [])
    }

    struct Break: Sendable, CustomTestStringConvertible {
        let statement: String
        let findings: [String]
        var testDescription: String { statement }
    }

    @Test(arguments: [
        Break(
            statement: "delete from numbers.e911_records", findings: ["ani_mismatch major", "no_address critical"]),
        Break(
            statement: "update numbers.e911_addresses set status = 'rejected'", findings: ["not_validated critical"]),
        Break(
            statement: "update numbers.e911_addresses set floor = '3'",
            findings: ["no_933_test minor", "not_validated critical", "stale critical"]),
        Break(
            statement: "update numbers.e911_addresses set confirmed_at = null, "
                + "validated_at = now() - interval '2 years', location_changed_at = now() - interval '2 years'",
            findings: ["stale minor"]),
        Break(
            statement: "update numbers.e911_records set status = 'deprovisioning'; "
                + "update numbers.e911_records set status = 'failed', failure_reason = 'no such street'",
            findings: ["ani_mismatch major", "provision_failed critical"]),
        Break(
            statement: "update numbers.e911_records set number = '+18005550123'",
            findings: [
                "ani_mismatch major", "disconnected_but_active major", "no_933_test minor", "no_address critical",
                "tollfree_or_nonusca_as_elin critical",
            ]),
        Break(
            statement: "update routing.trunks set default_caller_id = '+12125550199'",
            findings: ["ani_mismatch major"]),
        Break(
            statement: "update routing.trunks set default_caller_id = '+12125550199'; "
                + "update numbers.e911_records set is_elin = true", findings: []),
        Break(
            statement: "update routing.trunks set default_caller_id = '+12125550199', country = 'GB'", findings: []),
        Break(
            statement: "update numbers.e911_addresses set is_multi_unit = true",
            findings: ["missing_subaddress major"]),
        Break(
            statement: "update numbers.e911_addresses set location_type = 'nomadic'",
            findings: ["nomadic_no_update_path major"]),
        Break(
            statement: "insert into routing.trunk_acl (tenant_id, account_id, trunk_id, network, tech_prefix) "
                + "select tenant_id, account_id, id, '203.0.113.7/32', '91' from routing.trunks",
            findings: ["prefix_911_caught minor"]),
        Break(
            statement: "update numbers.e911_addresses set notify_contact_id = null",
            findings: ["no_notify_target major"]),
        Break(statement: "update numbers.e911_addresses set acknowledged_at = null", findings: ["no_ack major"]),
        Break(statement: "update numbers.e911_tests set passed = false", findings: ["no_933_test minor"]),
        Break(
            statement: "update routing.carrier_trunks set status = 'suspended' where emergency_rank = 2",
            findings: ["no_911_route critical"]),
        Break(
            statement: "update routing.carrier_trunks set emergency_country = 'CA' where emergency_rank = 2",
            findings: ["no_911_route critical"]),
        Break(
            statement: "update routing.carrier_trunks set emergency_country = 'US' where emergency_rank = 2",
            findings: []),
        Break(  // two trunks of one carrier go down together
            statement: "update routing.carrier_trunks set carrier_id = (select c.id from routing.carriers c "
                + "where c.tenant_id = carrier_trunks.tenant_id and c.name = 'x') where emergency_rank = 2",
            findings: ["no_911_route critical"]),
        Break(
            statement: "update routing.trunks set status = 'closed'", findings: ["blocked_by_policy critical"]),
        Break(statement: "update numbers.e911_records set fee_billed_since = null", findings: ["fee_not_billed minor"]),
        Break(
            statement: "delete from numbers.dids", findings: ["disconnected_but_active major"]),
    ])
    func `a broken rule is found, and no other`(broken: Break) async throws {
        let site = try await site()
        // Statements name no tenant; the context does.
        try await db.owner.transaction(context: site.tenant.staff) { session in
            for statement in broken.statement.split(separator: "; ") {
                let text = String(statement)
                let clause = text.contains(" where ") ? " and " : " where "
                let limited = text + clause + "tenant_id = '\(site.tenant.id)'"
                try await session.run(SQL(unescaped: limited))
            }
        }
        #expect(try await findings(site) == broken.findings)
    }

    @Test func `people of an account get the findings of their accounts alone`() async throws {
        let site = try await site()
        let other = try await site.tenant.account()
        try await db.owner.run("delete from numbers.e911_records where tenant_id = \(site.tenant.id)")
        try await db.owner.run("delete from routing.carrier_trunks where tenant_id = \(site.tenant.id)")
        let question: SQL =
            "select distinct code::text from numbers.check_e911_compliance(\(site.tenant.id)) order by 1"
        let staff = try await db.app.run([site.tenant.staff, question]).last?.decode(String.self)
        #expect(staff == ["ani_mismatch", "no_911_route", "no_address"])
        let people = try await db.app.run([site.tenant.people(of: [site.account.id]), question]).last?
            .decode(String.self)
        #expect(people == ["ani_mismatch", "no_address"])
        let strangers = try await db.app.run([site.tenant.people(of: [other.id]), question]).last?.decode(String.self)
        #expect(strangers == [])
    }

    @Test func `who is no tenant has no findings`() async throws {
        for tenant in [nil, UUID()] {
            let found = try await db.engine.run("select count(*) from numbers.check_e911_compliance(\(tenant))")
            #expect(try found.value(Int.self) == 0)
        }
    }

    @Test func `every rule of the list can be found`() async throws {
        let rules = try await db.owner.run(
            """
            select count(*) from regexp_matches(
                (select pg_get_constraintdef(oid) from pg_constraint where conname = 'e911_rule_is_known'),
                '''([a-z0-9_]+)''', 'g') as rule
             where strpos((select prosrc from pg_proc where proname = 'check_e911_compliance'),
                          quote_literal(rule[1])) = 0
            """
        ).value(Int.self)
        #expect(rules == 0)
    }
}
