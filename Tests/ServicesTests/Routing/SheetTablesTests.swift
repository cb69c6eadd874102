import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// Which versions of decks the router reads, and when.
@Suite(.database) struct SheetTablesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func market() async throws -> Sheet {
        let id = UUID()
        let script = """
            insert into core.tenants (id, slug, name) values (ID, 'tables-' || left(ID::text, 8), 'x');
            insert into routing.carriers (tenant_id, id, name) values (ID, ID, 'x');
            insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
            values (ID, ID, ID, 'x', 'x.example');
            insert into routing.decks (tenant_id, id, carrier_trunk_id, name) values (ID, ID, ID, 'x');
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            values (ID, ID, '44', 0.01, '2020-01-01');
            """.replacing("ID", with: "'\(id)'::uuid")
        try await db.owner.lease { try await $0.runScript(SQL(unescaped: script)) }
        return try await FindSheet(db.engine)("x", .deck, of: id)
    }

    /// Every database of a suite is its own, and no other test of this one changes the sheet.
    private func load(_ previous: RoutingData? = nil, drafts: [TenantKey: Int] = [:]) async throws -> RoutingData {
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        return try await LoadRouting(db.engine, secrets: secrets)(after: previous, drafts: drafts)
    }

    private func table(_ data: RoutingData, _ sheet: Sheet) throws -> RateTable {
        try #require(data.sheets.inForce(sheet.key)?.outbound)
    }

    private func rate(_ data: RoutingData, _ sheet: Sheet) throws -> String {
        let number = try #require(E164("+442079460000"))
        guard case .found(let match) = try table(data, sheet).lookUp(number, at: Date().microseconds) else {
            return "-"
        }
        return match.terms(for: .international).nextRate.description
    }

    private func draft(_ sheet: Sheet, rate: String) async throws -> Int {
        let scratch = try ScratchFile("Prefix,Rate,Effective Date\n44,\(rate),2020-01-01\n")
        defer { scratch.remove() }
        return try #require(try await ImportSheet(db.engine)(scratch.path, into: sheet).version)
    }

    @Test func `a disabled row is not there, and its shorter prefix counts`() async throws {
        let sheet = try await market()
        try await db.owner.run(
            """
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, disabled, valid_from)
            values (\(sheet.tenantID), \(sheet.id), '4420', 0.02, true, '2020-01-01')
            """)
        let passedOver = try await load()
        #expect(try rate(passedOver, sheet) == "0.01")
        #expect(try table(passedOver, sheet).rowCount == 1)
        try await db.owner.run(
            "update routing.rate_deck set disabled = false where deck_id = \(sheet.id) and prefix = '4420'")
        #expect(try rate(try await load(passedOver), sheet) == "0.02")
    }

    @Test func `a table whose rows have not changed is kept, and one whose rows have is read again`() async throws {
        let sheet = try await market()
        let first = try await load()
        let second = try await load(first)
        #expect(try table(first, sheet) === table(second, sheet))
        try await db.owner.run(
            """
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            values (\(sheet.tenantID), \(sheet.id), '44', 0.02, '2021-01-01')
            """)
        let third = try await load(second)
        #expect(try rate(second, sheet) == "0.01")
        #expect(try rate(third, sheet) == "0.02")
        // Another policy prices the same rows anew.
        try await db.owner.run(
            "update routing.decks set indeterminate_policy = 'highest' where tenant_id = \(sheet.tenantID)")
        let fourth = try await load(third)
        #expect(try table(fourth, sheet) !== table(third, sheet))
    }

    @Test func `the index of decks is kept as they are, and a table that is replaced is let go`() async throws {
        let sheet = try await market()
        var data = try await load()
        weak let old = try table(data, sheet)
        weak let index = data.snapshot.markets.map(\.index).first { $0.decks.contains { $0 === old } }
        data = try await load(data)
        #expect(index != nil && data.snapshot.markets.contains { $0.index === index })
        try await db.owner.run(
            """
            insert into routing.rate_deck (tenant_id, deck_id, prefix, rate, valid_from)
            values (\(sheet.tenantID), \(sheet.id), '44', 0.02, '2021-01-01')
            """)
        data = try await load(data)
        #expect(try rate(data, sheet) == "0.02")
        #expect(old == nil)
    }

    @Test func `a draft prices nothing until it is published, unless one asks what would be`() async throws {
        let sheet = try await market()
        let version = try await draft(sheet, rate: "0.03")
        #expect(try rate(try await load(), sheet) == "0.01")
        #expect(try rate(try await load(drafts: [sheet.key: version]), sheet) == "0.03")
        _ = try await PublishSheet(db.engine)(sheet, version: version)
        #expect(try rate(try await load(), sheet) == "0.03")
        _ = try await PublishSheet(db.engine)(sheet, version: 1)
        #expect(try rate(try await load(), sheet) == "0.01")
    }

    @Test func `a scheduled version is read before its time and taken at it`() async throws {
        let sheet = try await market()
        let version = try await draft(sheet, rate: "0.04")
        let time = Date(timeIntervalSinceNow: 4)
        _ = try await PublishSheet(db.engine)(sheet, version: version, from: time)
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let keeper = RoutingKeeper(db.engine, listening: db.engine, secrets: secrets)
        try await keeper.refresh()
        let before = try #require(keeper.data)
        #expect(try rate(before, sheet) == "0.01")
        #expect(before.nextChange.map { abs($0.timeIntervalSince(time)) < 0.001 } == true)
        #expect(before.sheets.summary.rows >= 2, "the one to come is in memory")
        let prepared = before.snapshot.comingIndexes
        let running = Task { await keeper.run { _ in } }
        defer { running.cancel() }
        for _ in 0..<600 {
            if try rate(try #require(keeper.data), sheet) == "0.04" { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try rate(try #require(keeper.data), sheet) == "0.04")
        #expect(Date() >= time)
        let after = try #require(keeper.data)
        let table = try table(after, sheet)
        let index = try #require(after.snapshot.markets.map(\.index).first { $0.decks.contains { $0 === table } })
        #expect(prepared.contains { $0 === index }, "at its time no index is made")
    }
}
