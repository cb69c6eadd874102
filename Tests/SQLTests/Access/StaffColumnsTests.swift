import Foundation
import Postgres
import TestSupport
import Testing

/// What stands in a row of an account and is not the account's to say: who may change which column, and to what.
@Suite(.database) struct StaffColumnsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let refused = Refusal("42501", "terms_are_changed_by_staff")

    /// A table with the changes that its accounts are refused, and those that are theirs.
    struct Table: Sendable, CustomTestStringConvertible {
        let name: String
        var staff: [String] = []
        var theirs: [String] = []
        /// What is staff's once the account has done what is its own.
        var later: [String] = []

        var testDescription: String { name }
    }

    /// In the order in which they are made: what is theirs comes after what is not.
    static let tables: [Table] = [
        Table(
            name: "accounts.documents", staff: ["legal_hold = true", "retain_until = now() - interval '1 day'"],
            theirs: ["title = 'mine'", "status = 'effective'"]),
        Table(
            name: "auth.api_keys", staff: ["rate_limit_per_minute = 9999", "rate_limit_burst = 9999"],
            theirs: ["description = 'mine'", "revoked_at = now()"]),
        Table(
            name: "routing.trunks",
            staff: [
                "status = 'suspended'", "channels = 5", "cps = 5", "max_duration_s = 60", "hold_s = 60",
                "caller_id_policy = 'any'", "allowed_caller_ids = '{+12125550100}'",
                "default_caller_id = '+12125550100'", "trusts_identity = false", "trusts_porting = true",
            ],
            theirs: ["name = 'mine'", "requires_digest = true", "host = 'x.example'"]),
        Table(
            name: "routing.caller_id_pool_numbers",
            staff: [
                "attestation = 'a'", "reputation_score = 100", "reputation_source = 'x'",
                "reputation_checked_at = now()", "spam_label = 'x'", "flagged_at = now()", "registered_at = now()",
                "last_used_at = now()", "used_count = 5", "answered_count = 5",
            ],
            theirs: ["weight = 5"]),
        Table(
            name: "numbers.dids",
            staff: ["number = '+12125550199'", "status = 'suspended'", "assigned_at = now() - interval '1 year'"],
            theirs: ["trunk_id = null", "label = 'mine'", "caller_name = 'MINE'", "voice_enabled = false"]),
        Table(
            name: "numbers.toll_free",
            staff: [
                "number = '+18885550199'", "status = 'working'", "resp_org = 'ABC99'", "resp_org_since = now()",
                "cic = '0288'", "reserved_until = now()", "disconnected_until = now()", "sms_status = 'verified'",
                "sms_rejection_reason = 'x'", "provider_reference = 'x'",
            ],
            theirs: ["rings_to = '+12125550100'", "vanity = 'MINE'", "sms_status = 'pending'"]),
        Table(
            name: "numbers.reservations",
            staff: [
                "expires_at = now() + interval '1 year'", "reserved_at = now() - interval '1 day'",
                "state = 'assigned', ended_at = now()", "number = '+12125550199'",
            ],
            theirs: ["note = 'mine'", "state = 'released', ended_at = now()"]),
        Table(
            name: "numbers.port_requests",
            staff: [
                "direction = 'out'", "foc_at = now()", "foc_received_at = now()", "response_due_at = now()",
                "ported_at = now()", "reason = 'other'", "pon = 'X1'", "losing_spid = '1234'",
                "winning_resp_org = 'ABC01'",
                "assigned_to_user_id = account_id",
            ],
            theirs: [
                "entity_name = 'Mine', authorized_name = 'Me', postal_code = '10001', loa_document_id = account_id",
                "status = 'submitted'", "status = 'cancel_pending'",
            ],
            later: [
                "status = 'cancelled', cancelled_at = now()", "status = 'pending'",
                "status = 'foc_received', foc_at = now()", "status = 'ported', ported_at = now()",
            ]),
        Table(
            name: "numbers.port_request_numbers",
            staff: [
                "status = 'ported', ported_at = now()", "foc_at = now()", "reason = 'other'", "rate_centre = 'X'",
                "subscription_version_id = '1'", "subscription_status = 'active'",
                "emergency_record_unlocked_at = now()",
            ],
            theirs: ["trunk_id = null"]),
        Table(
            name: "numbers.e911_addresses",
            staff: [
                "status = 'validated', validated_at = now()", "validated_at = now()", "msag = '{}'",
                "candidates = '[{}]'", "location_changed_at = now() - interval '1 year'", "rejection_reason = 'x'",
                "provider_reference = 'x'",
            ],
            theirs: ["street_name = 'Broadway'", "confirmed_at = now()"]),
        Table(
            name: "numbers.e911_records",
            staff: [
                "status = 'active', provisioned_at = now()", "provisioned_at = now()", "fee_billed_since = now()",
                "failure_reason = 'x'",
            ],
            theirs: ["caller_name = 'MINE'", "status = 'deprovisioning'"],
            later: ["status = 'removed', removed_at = now()", "status = 'active', provisioned_at = now()"]),
        Table(
            name: "messaging.brands_10dlc",
            staff: [
                "identity_status = 'verified'",
                "registry_reference = 'BABC123'", "trust_score = 100", "vetted_at = now()", "vetting_class = 'x'",
                "is_russell_3000 = true", "registered_at = now()", "mobile_confirmed_at = now()",
            ],
            theirs: ["tax_id = 'x'", "status = 'pending'"],
            later: ["status = 'registered', registry_reference = 'BABC123'", "status = 'failed'"]),
        Table(
            name: "messaging.campaigns_10dlc",
            staff: [
                "registry_reference = 'CABC123'",
                "registered_at = now()", "minimum_term_until = null, renews_at = now()", "status_reason = 'x'",
            ],
            theirs: [
                "description = repeat('x', 40), message_flow = repeat('x', 40), samples = '{x}'",
                "status = 'tcr_pending'",
            ],
            later: ["status = 'tcr_accepted', registry_reference = 'CABC123'", "status = 'tcr_failed'"]),
        Table(
            name: "messaging.campaign_numbers",
            staff: ["status = 'active'", "assigned_at = now()"], theirs: ["status = 'removing'"],
            later: ["status = 'removed', removed_at = now()", "status = 'active'"]),
        Table(
            name: "messaging.customer_sms_auth",
            staff: [
                "status = 'suspended'", "max_sessions = 50", "window_size = 50", "segments_per_s = 500",
                "is_sandbox = true", "failed_binds = 3", "locked_until = now()",
            ],
            theirs: ["description = 'mine'", "allowed_addresses = '{192.0.2.1/32}'"]),
        Table(
            name: "compliance.consent_tokens",
            staff: ["status = 'verified'", "claimed_at = now()", "result = '{\"a\": 1}'", "failure = 'x'"],
            theirs: ["user_agent = 'mine'"]),
        Table(
            name: "compliance.consent_records",
            staff: ["reassigned_answer = 'no', reassigned_asked_at = now()"],
            theirs: ["revoked_at = now(), revoked_by = 'paper'"]),
    ]

    @Test(arguments: tables) func `a column is staff's or the account's`(table: Table) async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let people = tenant.people(of: [tenant.firstAccount])
        func change(_ context: SQL, _ assignments: String) async throws -> Refusal? {
            try await Refusal.of {
                let answers = try await db.app.run([
                    context,
                    """
                    update \(unescaped: table.name) set \(unescaped: assignments)
                     where tenant_id = \(tenant.id) and account_id = \(tenant.firstAccount)
                    """,
                ])
                #expect((answers.last?.affected ?? 0) > 0, "fillEveryTable() puts no row into \(table.name)")
            }
        }
        for assignments in table.staff {
            #expect(try await change(people, assignments) == Self.refused, "\(assignments)")
        }
        for assignments in table.theirs {
            #expect(try await change(people, assignments) == nil, "\(assignments)")
        }
        for assignments in table.later {
            #expect(try await change(people, assignments) == Self.refused, "\(assignments)")
        }
        // Other rules may be in staff's way; this one is not.
        for assignments in table.staff + table.later {
            #expect(try await change(tenant.staff, assignments) != Self.refused, "\(assignments)")
        }
    }

    /// Columns and values of a row that an account may not make: TENANT and ACCOUNT stand for their ids.
    static let rows: [(table: String, columns: String, values: String, isTheirs: Bool)] = [
        ("numbers.dids", "number", "'+12125550100'", false),
        ("numbers.toll_free", "number, resp_org", "'+18885550100', 'ABC01'", false),
        ("numbers.port_requests", "customer_reference", "'mine'", true),
        ("numbers.port_requests", "direction, status", "'out', 'pending'", false),
        ("numbers.port_requests", "status", "'submitted'", false),
        ("numbers.port_events", "port_request_id, kind, message", "ACCOUNT, 'note', 'Please hurry.'", true),
        ("numbers.port_events", "port_request_id, kind", "ACCOUNT, 'foc'", false),
        (
            "accounts.documents", "kind, title, reference, checksum, size_bytes",
            "'loa', 'x', 'file:y', sha256('y'), 1", true
        ),
        (
            "accounts.documents", "kind, title, reference, checksum, size_bytes, legal_hold",
            "'loa', 'x', 'file:y', sha256('y'), 1, true", false
        ),
        (
            "messaging.customer_sms_auth", "kind, system_id, password_ciphertext, key_id, segments_per_s",
            "'smpp', 'mine', 'x', 'x', 900", false
        ),
        (
            "messaging.brands_10dlc", "name, legal_name, entity_type, email, phone, trust_score",
            "'y', 'y', 'private_profit', 'y@y.example', '+12125550100', 90", false
        ),
        (
            "routing.trunks", "name, allowed_caller_ids", "'mine', '{+12125550100}'", false
        ),
        ("routing.trunks", "name", "'mine'", true),
        ("routing.trunk_acl", "trunk_id, network", "'00000000-0000-0000-0000-000000000000', '203.0.113.9/32'", false),
    ]

    @Test func `a new row has there what rows have unless staff says otherwise`() async throws {
        let tenant = try await db.tenant()
        try await tenant.fillEveryTable()
        let people = tenant.people(of: [tenant.firstAccount])
        for row in Self.rows {
            let values = row.values.replacing("ACCOUNT", with: "'\(tenant.firstAccount)'")
            let refusal = try await Refusal.of {
                _ = try await db.app.run([
                    people,
                    """
                    insert into \(unescaped: row.table) (tenant_id, account_id, \(unescaped: row.columns))
                    values (\(tenant.id), \(tenant.firstAccount), \(unescaped: values))
                    """,
                ])
            }
            #expect(refusal == (row.isTheirs ? nil : Self.refused), "\(row.table) (\(row.columns))")
        }
    }

    @Test(arguments: [("29 minutes", "+12125550188", true), ("31 minutes", "+12125550189", false)])
    func `an account keeps a number back for half an hour`(
        time: String, number: String, isTheirs: Bool
    ) async throws {
        let account = try await db.tenant().account()
        let tenant = account.tenant
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), \(number))")
        let refusal = try await Refusal.of {
            _ = try await db.app.run([
                tenant.people(of: [account.id]),
                """
                insert into numbers.reservations (tenant_id, account_id, number, expires_at)
                values (\(tenant.id), \(account.id), \(number), now() + \(time)::text::interval)
                """,
            ])
        }
        #expect(refusal == (isTheirs ? nil : Self.refused))
    }

    @Test(arguments: ["numbers.dids", "numbers.toll_free", "routing.trunk_acl"])
    func `a number, or an address to call from, is not given up by a delete`(table: String) async throws {
        let tenant = try await db.sharedTenant()
        let refusal = try await Refusal.of {
            _ = try await db.app.run([
                tenant.people(of: [tenant.firstAccount]),
                "delete from \(unescaped: table) where tenant_id = \(tenant.id)",
            ])
        }
        #expect(refusal == Self.refused)
    }

    @Test func `the refusal says which column, and how it is`() async throws {
        let account = try await db.tenant().account()
        do {
            _ = try await db.app.run([
                account.tenant.people(of: [account.id]),
                "update accounts.accounts set status = 'suspended' where tenant_id = \(account.tenant.id)",
            ])
            Issue.record("it was not refused")
        } catch {
            #expect(error.server?.message == "status is changed by staff")
            #expect(error.server?.hint == "It is active.")
        }
    }
}
