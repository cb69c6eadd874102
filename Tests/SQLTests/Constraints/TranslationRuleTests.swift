import Foundation
import Postgres
import TestSupport
import Testing

/// routing.translation_rules: what can be wrong with a rule is refused when it is stored; and what came with it.
@Suite(.database) struct TranslationRuleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func insert(_ trunk: Trunk, _ columns: String, _ values: String, as context: SQL? = nil) async throws {
        let statement: SQL = """
            insert into routing.translation_rules (tenant_id, account_id, trunk_id, subject, \(unescaped: columns))
            values (\(trunk.tenant.id), \(trunk.account), \(trunk.id), 'called', \(unescaped: values))
            """
        if let context {
            _ = try await db.app.run([context, statement])
        } else {
            try await db.owner.run(statement)
        }
    }

    struct Row: CustomTestStringConvertible {
        let columns: String
        let values: String
        var constraint: String?
        var testDescription: String { "\(columns): \(values)" }
    }

    @Test(arguments: [
        Row(columns: "position, pattern, strip_digits", values: "1, '9.', 1"),
        Row(columns: "position, pattern, strip_digits, prepend", values: "1, '[0-9]00', 3, '1234#'"),
        Row(columns: "position, pattern, replacement", values: "32, '1XX', '+12125550100'"),
        Row(columns: "position, pattern, min_digits, max_digits", values: "1, '.', 7, 15"),
        Row(
            columns: "position, pattern, strip_digits", values: "1, '9.', 2",
            constraint: "translation_strips_what_its_pattern_names"),
        Row(
            columns: "position, pattern, strip_digits, prepend", values: "1, '[12]1', 3, '1'",
            constraint: "translation_strips_what_its_pattern_names"),
        Row(
            columns: "position, pattern, strip_digits", values: "1, '9', -1",
            constraint: "translation_strips_what_its_pattern_names"),
        Row(
            columns: "position, pattern, strip_digits", values: "1, '91', 2",
            constraint: "translated_number_is_not_empty"),
        Row(columns: "position, pattern, strip_digits", values: "1, '99.', 2"),
        Row(
            columns: "position, pattern, replacement", values: "1, '9', ''",
            constraint: "translated_number_is_not_empty"),
        Row(
            columns: "position, pattern, replacement, prepend", values: "1, '9', '1', '2'",
            constraint: "replacement_is_neither_stripped_nor_prepended"),
        Row(columns: "position, pattern", values: "0, '9'", constraint: "translation_step_between_1_and_32"),
        Row(columns: "position, pattern", values: "33, '9'", constraint: "translation_step_between_1_and_32"),
        Row(
            columns: "position, pattern, min_digits", values: "1, '9', 0",
            constraint: "translated_digits_between_1_and_32"),
        Row(
            columns: "position, pattern, min_digits, max_digits", values: "1, '9', 7, 6",
            constraint: "translated_digits_are_a_range"),
        Row(
            columns: "position, pattern, valid_from, valid_to", values: "1, '9', now(), now()",
            constraint: "translation_rule_ends_after_it_begins"),
    ])
    func `a rule is taken or refused`(_ row: Row) async throws {
        let trunk = try await db.tenant().trunk()
        let refusal = try await Refusal.of { try await insert(trunk, row.columns, row.values) }
        #expect(refusal?.constraint == row.constraint)
    }

    @Test func `a rule is of one trunk or carrier, and of the trunk's own account`() async throws {
        let tenant = try await db.tenant()
        let (trunk, other) = (try await tenant.trunk(), try await tenant.trunk())
        _ = try await db.owner.run([
            "insert into routing.carriers (tenant_id, id, name) values (\(tenant.id), \(trunk.id), 'x')",
            """
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (\(tenant.id), \(trunk.id), \(trunk.id), 'x', 'x.example')
            """,
        ])
        func refusal(_ account: UUID?, _ trunk: UUID?, _ carrier: UUID?, _ carrierTrunk: UUID?) async throws -> String?
        {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    insert into routing.translation_rules (tenant_id, account_id, trunk_id, carrier_id,
                                                           carrier_trunk_id, subject, position, pattern,
                                                           valid_from)
                    values (\(tenant.id), \(account), \(trunk), \(carrier), \(carrierTrunk), 'caller', 1, '9.',
                            '2026-01-01')
                    """)
            }?.constraint
        }
        let (id, account) = (trunk.id, trunk.account)
        #expect(try await refusal(account, id, nil, nil) == nil)
        #expect(try await refusal(nil, nil, id, nil) == nil)
        #expect(try await refusal(nil, nil, nil, id) == nil)
        #expect(try await refusal(nil, nil, nil, id) == "translation_step_is_taken_once_at_a_time")
        #expect(try await refusal(nil, nil, nil, nil) == "translation_rule_is_of_one_trunk_or_carrier")
        #expect(try await refusal(nil, nil, id, id) == "translation_rule_is_of_one_trunk_or_carrier")
        #expect(try await refusal(nil, id, nil, nil) == "translation_rule_of_trunk_names_its_account")
        #expect(try await refusal(account, nil, id, nil) == "translation_rule_of_trunk_names_its_account")
        #expect(try await refusal(account, other.id, nil, nil) == "translation_rule_belongs_to_trunk")
    }

    @Test func `an account sees its rules and staff writes them`() async throws {
        let tenant = try await db.tenant()
        let (trunk, other) = (try await tenant.trunk(), try await tenant.trunk())
        for trunk in [trunk, other] { try await insert(trunk, "position, pattern", "1, '9.'", as: tenant.staff) }
        let people = tenant.people(of: [trunk.account])
        let seen = try await db.app.run([people, "select trunk_id from routing.translation_rules"]).last?
            .values(UUID.self)
        #expect(seen == [trunk.id])
        let refused = Refusal("42501", "terms_are_changed_by_staff")
        #expect(try await Refusal.of { try await insert(trunk, "position, pattern", "2, '8.'", as: people) } == refused)
        for change: SQL in [
            "update routing.translation_rules set pattern = '8.' where tenant_id = \(tenant.id)",
            "delete from routing.translation_rules where tenant_id = \(tenant.id)",
            "update routing.trunks set accepts_diverted = true where tenant_id = \(tenant.id)",
        ] {
            #expect(try await Refusal.of { _ = try await db.app.run([people, change]) } == refused)
        }
        let name: SQL = "update routing.trunks set name = 'mine' where tenant_id = \(tenant.id)"
        #expect(try await Refusal.of { _ = try await db.app.run([people, name]) } == nil)
    }

    @Test func `a trunk shows a pool of its account, of which one is the default`() async throws {
        let tenant = try await db.tenant()
        let (trunk, other) = (try await tenant.trunk(), try await tenant.trunk())
        func pool(_ account: UUID, isDefault: Bool) async throws -> UUID {
            let id = UUID()
            try await db.owner.run(
                """
                insert into routing.caller_id_pools (tenant_id, id, account_id, name, is_default)
                values (\(tenant.id), \(id), \(account), \(id.uuidString), \(isDefault))
                """)
            return id
        }
        let (own, foreign) = (
            try await pool(trunk.account, isDefault: true), try await pool(other.account, isDefault: true)
        )
        func show(_ pool: UUID) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    update routing.trunks set caller_id_pool_id = \(pool)
                     where tenant_id = \(tenant.id) and id = \(trunk.id)
                    """)
            }
        }
        #expect(try await show(own) == nil)
        #expect(try await show(foreign) == Refusal("23503", "trunk_uses_caller_id_pool_of_its_account"))
        let second = try await Refusal.of { _ = try await pool(trunk.account, isDefault: true) }
        #expect(second == Refusal("23505", "account_has_one_default_pool"))
        _ = try await pool(trunk.account, isDefault: false)
    }
}
