import Foundation
import Postgres
import TestSupport
import Testing

/// A deck or a rate plan of a test's own, and statements about it: what holds for one has to hold for the other.
///
/// In a statement TENANT and SHEET stand for ids, ROWS for the table of its rows, KEY and VERSION for their columns.
struct Sheet: Sendable {
    enum Sort: CaseIterable { case deck, plan }

    let tenant: Tenant
    let id = UUID()
    let sort: Sort
}

extension Tenant {
    /// Makes a deck, with a carrier trunk, or a plan.
    func sheet(_ sort: Sheet.Sort) async throws -> Sheet {
        let sheet = Sheet(tenant: self, sort: sort)
        if sort == .deck {
            try await sheet.run(
                "insert into routing.carriers (tenant_id, id, name) values (TENANT, SHEET, SHEET::text)")
            try await sheet.run(
                """
                insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
                values (TENANT, SHEET, SHEET, SHEET::text, 'x.example')
                """)
            try await sheet.run(
                """
                insert into routing.decks (tenant_id, id, carrier_trunk_id, name)
                values (TENANT, SHEET, SHEET, SHEET::text)
                """)
        } else {
            try await sheet.run(
                "insert into billing.rate_plans (tenant_id, id, name) values (TENANT, SHEET, SHEET::text)")
        }
        return sheet
    }
}

extension Sheet {
    /// Runs a statement as staff of the tenant, by the owner's role unless it says otherwise.
    @discardableResult
    func run(_ text: String, as client: Database? = nil) async throws -> Rows {
        let batch = [tenant.staff, statement(text)]
        return try #require(try await (client ?? tenant.database.owner).run(batch).last)
    }

    /// The only column of a statement's rows, which is text.
    func read(_ text: String, as client: Database? = nil) async throws -> [String] {
        try await run(text, as: client).values(String.self)
    }

    /// What a statement is refused with; nil when it is not.
    func refusal(_ text: String, as client: Database? = nil) async throws -> Refusal? {
        try await Refusal.of { try await run(text, as: client) }
    }

    /// A statement with what is put in.
    func statement(_ text: String) -> SQL {
        SQL(
            unescaped: text.replacing("TENANT", with: "'\(tenant.id)'::uuid")
                .replacing("SHEET", with: "'\(id)'::uuid")
                .replacing("ROWS", with: sort == .deck ? "routing.rate_deck" : "billing.voice_rates")
                .replacing("KEY", with: sort == .deck ? "deck_id" : "rate_plan_id")
                .replacing("VERSION", with: sort == .deck ? "deck_version" : "plan_version"))
    }

    /// The statement that adds a row.
    func insertion(
        _ prefix: String, _ rate: String, version: Int = 1, from: String = "2026-01-01", to end: String? = nil
    ) -> String {
        let end = end.map { "'\($0)'" } ?? "null"
        return """
            insert into ROWS (tenant_id, KEY, VERSION, prefix, rate, valid_from, valid_to)
            values (TENANT, SHEET, \(version), '\(prefix)', \(rate), '\(from)', \(end))
            """
    }

    func add(
        _ prefix: String, _ rate: String, version: Int = 1, from: String = "2026-01-01", to end: String? = nil
    ) async throws {
        try await run(insertion(prefix, rate, version: version, from: from, to: end))
    }

    /// The rows of a version: prefix, price, and from when to when.
    func rows(_ version: Int = 1) async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', prefix, case when blocked then 'blocked' when disabled then 'disabled'
                                               else trim_scale(rate)::text end,
                             to_char(valid_from at time zone 'UTC', 'YYYY-MM-DD') || '..'
                             || coalesce(to_char(valid_to at time zone 'UTC', 'YYYY-MM-DD'), ''))
              from ROWS where tenant_id = TENANT and KEY = SHEET and VERSION = \(version)
             order by 1
            """)
    }

    /// Makes a draft; its number.
    @discardableResult
    func draft(_ kind: String = "manual") async throws -> Int {
        try #require(try await run("select routing.draft_sheet(TENANT, SHEET, '\(kind)')").value(Int.self))
    }

    /// Puts a version in force, now or at an instant.
    func publish(_ version: Int, at instant: String? = nil) async throws {
        let from = instant.map { "'\($0)'" } ?? "null"
        try await run("select routing.publish_sheet(TENANT, SHEET, \(version), \(from))")
    }

    /// Which version holds at an instant.
    func version(at instant: String = "now") async throws -> Int? {
        try await run(
            "select routing.sheet_version_at(TENANT, SHEET, case '\(instant)' when 'now' then now() else "
                + "'\(instant)'::text::timestamptz end)"
        ).value(Int?.self) ?? nil
    }

    /// Each version with its state, as "1 open".
    func states() async throws -> [String] {
        try await read(
            """
            select version || ' ' || state from routing.sheet_versions
             where tenant_id = TENANT and sheet_id = SHEET order by version
            """)
    }

    /// Runs something that has to wait for a transaction in which a statement has been run, and then commits that.
    func behind<Value: Sendable>(
        _ statement: String, _ second: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await tenant.database.engine.lease { session in
            let pid = try await session.run("select pg_backend_pid()").value(Int.self)
            try await session.run("begin")
            try await session.run(self.statement(statement))
            async let value = second()
            do {
                try await until("somebody waits") {
                    let waiting = try await tenant.database.owner.run(
                        """
                        select count(*) from pg_stat_activity
                         where \(pid)::integer = any (pg_blocking_pids(pid))
                        """
                    ).value(Int.self)
                    return waiting != 0
                }
            } catch {
                try await session.run("rollback")
                throw error
            }
            try await session.run("commit")
            return try await value
        }
    }
}
