import Postgres
import TestSupport
import Testing

@testable import Catalog

/// What the API shows of the model.
@Suite(.database) struct ResourceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func resources() async throws -> [Resource] { try await ReadResources(db.app)().resources }

    @Test func `what is granted and explained is shown, and nothing else`() async throws {
        let rows = try await db.owner.run(
            """
            select n.nspname || '.' || c.relname || '.' || a.attname
              from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
             where c.relkind in ('r', 'p', 'v') and not c.relispartition and a.attnum > 0 and not a.attisdropped
               and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'public', 'queue')
               and col_description(c.oid, a.attnum) is not null and a.attname <> 'tenant_id'
               and has_column_privilege('heddle_app', c.oid, a.attnum, 'select')
               and exists (select from ref.resource_permissions p
                            where p.name in (n.nspname, n.nspname || '.' || c.relname))
             order by 1
            """
        ).values(String.self)
        let shown = try await resources().flatMap { resource in resource.fields.map { "\(resource.name).\($0.name)" } }
        #expect(Set(shown) == Set(rows))
    }

    @Test func `no secret is shown, and none can be written`() async throws {
        let secrets = try await db.owner.run(
            """
            select n.nspname || '.' || c.relname || '.' || s
              from pg_class c join pg_namespace n on n.oid = c.relnamespace, unnest(audit.secret_columns(c.oid)) s
             where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_|information_schema'
            """
        ).values(String.self)
        #expect(!secrets.isEmpty)
        for resource in try await resources() {
            for field in resource.fields where secrets.contains("\(resource.name).\(field.name)") {
                // A token that proves consent is what a form gave to whoever called.
                if "\(resource.name).\(field.name)" == "compliance.consent_tokens.token" { continue }
                // Where a secret is kept, and digests, may be seen; neither is written here.
                #expect(field.domain == "core.secret_ref" || field.kind == .bytes, "\(resource.name).\(field.name)")
                #expect(!field.isCreatable && !field.isUpdatable, "\(resource.name).\(field.name)")
            }
        }
    }

    @Test func `every permission is of a schema or a table, and every list names what is there`() async throws {
        let schemas = try await db.owner.run("select nspname::text from pg_namespace").values(String.self)
        for name in try await db.owner.run("select name from ref.resource_permissions").values(String.self) {
            let isThere = try await db.owner.run("select to_regclass(\(name)) is not null").value(Bool.self) ?? false
            #expect(isThere || schemas.contains(name), "\(name)")
        }
        let columns = try await db.owner.run(
            """
            select s.name || '.' || s.column_name from ref.staff_columns s
             where not exists (select from pg_attribute a
                                where a.attrelid = to_regclass(s.name) and s.column_name in (a.attname, '*'))
            """
        ).values(String.self)
        let tables = try await db.owner.run("select name from ref.snapshot_tables where to_regclass(name) is null")
            .values(String.self)
        #expect(columns == [] && tables == [])
    }

    /// What a name of a column says that the operator pays or keeps.
    @Test func `people of an account see no cost and no margin`() async throws {
        let telling = /(^|_)(buy|cost|margin|profit|carrier_trunk)(_|$)/
        // Whose margin it is, or a rule that is theirs.
        let theirs: Set = ["cdr.level_charges.margin", "routing.translation_rules.carrier_trunk_id"]
        for resource in try await resources() where resource.isSeenByAccounts && resource.tenantColumn != nil {
            let seen = resource.fields(isStaff: false).map { "\(resource.name).\($0.name)" }
            let wrong = seen.filter { name in
                name.split(separator: ".").last?.firstMatch(of: telling) != nil && !theirs.contains(name)
            }
            #expect(wrong == [], "\(resource.name)")
        }
    }

    @Test func `a view is read by its key, the newest first, and written by nobody`() async throws {
        let views = try await resources().filter(\.isView)
        #expect(views.count >= 6)
        for view in views {
            #expect(!view.isCreatable && !view.isUpdatable && !view.isDeletable, "\(view.name)")
            #expect(!view.key.isEmpty && view.key.allSatisfy { view.field($0)?.isNullable == false }, "\(view.name)")
            #expect(view.isNewestFirst == (view.name != "reporting.freshness"), "\(view.name)")
        }
        let needed = views.compactMap { view in view.since.map { "\(view.name) \($0)" } }
        #expect(needed == ["tracking.buyer_calls started_at", "tracking.publisher_calls started_at"])
    }

    @Test func `what belongs to no operator is nobody's to write`() async throws {
        let shared = try await resources().filter { $0.tenantColumn == nil }
        #expect(shared.count > 10)
        #expect(shared.filter { $0.isCreatable || $0.isUpdatable || $0.isDeletable }.map(\.name) == [])
    }

    @Test func `a table of money, or of who may do what, is changed by verbs alone`() async throws {
        let written = Set(
            try await resources().filter { $0.isCreatable || $0.isUpdatable || $0.isDeletable }.map(\.name))
        let money: Set = [
            "billing.ledger", "billing.account_balance", "billing.holds", "billing.invoices", "billing.payments",
            "billing.refunds", "billing.credit_notes", "cdr.raw_cdr", "cdr.enriched_cdr", "audit.audit_log",
            "auth.sessions", "auth.user_tokens", "auth.login_attempts", "core.tenants", "auth.users", "auth.api_keys",
            "auth.role_permissions", "auth.user_roles", "auth.roles", "vendor_mgmt.service_providers",
            "vendor_mgmt.smpp_connectors", "numbers.inventory", "routing.trunk_acl", "messaging.opt_outs",
            "integration.events",
        ]
        #expect(written.intersection(money) == [])
        #expect(written.isSuperset(of: ["accounts.accounts", "routing.trunks", "numbers.dids", "billing.rate_plans"]))
    }
}
