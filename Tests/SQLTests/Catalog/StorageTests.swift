import Foundation
import Postgres
import TestSupport
import Testing

/// The defaults of autovacuum are for tables of a few million rows. Hot tables say what they need, and why.
@Suite(.database) struct StorageTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// What is written with every call, message or request and is not partitioned.
    private static let hotTables = [
        "auth.sessions", "billing.account_balance", "billing.bundle_counters", "billing.holds", "billing.ledger",
        "billing.voice_rates", "core.snapshot_versions", "queue.idempotency_keys", "queue.jobs", "queue.outbox",
        "queue.rate_counters", "routing.rate_deck", "tracking.cap_reservations", "tracking.cap_usage",
        "tracking.conversions",
    ]

    @Test func `a hot table, and each month of one, is cleaned before a fifth of it is dead`() async throws {
        let partitioned = try await db.owner.run("select partrelid::regclass::text from pg_partitioned_table")
            .decode(String.self)
        #expect(partitioned.count >= 19)
        let bare = try await db.owner.run(
            """
            select c.oid::regclass::text
              from pg_class c
             where c.relkind = 'r'
               and (c.oid = any (\(Self.hotTables)::regclass[])
                    or c.oid in (select inhrelid from pg_inherits where inhparent = any (\(partitioned)::regclass[])))
               and not coalesce(array_to_string(c.reloptions, ' ') ~ 'autovacuum_vacuum_(insert_)?scale_factor', false)
             order by 1
            """
        ).decode(String.self)
        #expect(bare == [], "give it a row in ref.storage_settings, with the reason")
    }

    @Test func `only what no serving role may change is kept as what only grows`() async throws {
        let changed = try await db.owner.run(
            """
            select s.name || ' by ' || role
              from ref.storage_settings s
             cross join unnest(array['heddle_app', 'heddle_engine']) as role
             where array_to_string(s.settings, ' ') ~ 'freeze_min_age=0'
               and has_any_column_privilege(role, s.name::regclass, 'update')
             order by 1
            """
        ).decode(String.self)
        #expect(changed == [], "it has dead rows: say autovacuum_vacuum_scale_factor")
    }

    /// An index on a column that is changed again and again takes away what the free space is for.
    @Test func `a fillfactor is said only of what is changed in place`() async throws {
        let settings = try await db.owner.run(
            "select name, reason from ref.storage_settings where settings::text ~ 'fill'"
        )
        .decode(String.self, String.self)
        #expect(settings.count >= 10)
        for (name, reason) in settings {
            #expect(!reason.contains("leaves the partial index"), "\(name): such a change is never in place")
        }
    }

    @Test func `docs/reference says where the settings are`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/reference/specification.md"), encoding: .utf8)
        #expect(text.contains("ref.storage_settings") && text.contains("core.apply_storage()"))
    }
}
