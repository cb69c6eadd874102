import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Files of lists on their way into the database. One test after the other, for all of them write one list.
@Suite(.database, .serialized) struct ImportListTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @discardableResult
    private func take(
        _ text: String, as list: PublishedList, _ change: (inout ImportOptions) -> Void = { _ in }
    ) async throws -> ImportResult {
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        var options = ImportOptions()
        change(&options)
        let result = try await ImportList(db.owner)(scratch.path, as: list, options)
        if result.problemCount > 0 { #expect(try scratch.errors().count == result.problemCount + 1) }
        return result
    }

    private func counts(_ result: ImportResult) -> [Int] {
        [result.changes.new, result.changes.changed, result.changes.gone, result.changes.rows]
    }

    private func areas() async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', npa || nxx, to_npa || to_nxx, valid_from, valid_to) from ref.local_calling_areas
             order by npa, nxx, to_npa, to_nxx, valid_from
            """
        ).values()
    }

    private func version() async throws -> Int? {
        try await db.owner.run("select version from core.snapshot_versions where name = 'reference'").value(Int.self)
    }

    @Test func `pairs of exchanges replace those before, and routers hear of it`() async throws {
        try await db.owner.run("delete from ref.local_calling_areas")
        let before = try await version() ?? 0
        let text = "from,to,valid from,valid to\n212555,914222,,\n212555,914223,2026-01-01,2027-01-01\n"
        #expect(counts(try await take(text, as: .localAreas)) == [2, 0, 0, 2])
        #expect(try await version() == before + 1)
        #expect(try await areas() == ["212555 914222 -infinity", "212555 914223 2026-01-01 2027-01-01"])
        // A second time nothing; then one goes, one ends sooner, one comes, and a repeated line is no fault.
        #expect(counts(try await take(text, as: .localAreas)) == [0, 0, 0, 2])
        let next =
            "from,to,valid from,valid to\n212555,914223,2026-01-01,2026-06-01\n212555,914224,,\n212555,914224,,\n"
        let dry = try await take(next, as: .localAreas) { $0.isDryRun = true }
        #expect(counts(dry) == [1, 1, 1, 2] && !dry.isApplied)
        #expect(try await areas().count == 2)
        let result = try await take(next, as: .localAreas)
        #expect(counts(result) == [1, 1, 1, 2] && result.repeated == 1 && result.lines == 3 && result.isApplied)
        #expect(try await areas() == ["212555 914223 2026-01-01 2026-06-01", "212555 914224 -infinity"])
        #expect(counts(try await take("215555,610222\n", as: .localAreas) { $0.isDelta = true }) == [1, 0, 0, 3])
    }

    @Test func `one bad line is enough to change nothing, unless it is left out`() async throws {
        try await db.owner.run("delete from ref.local_calling_areas")
        let text = "from,to,valid to\n212555,914222,\n212555,914,\n212555,914222,2026-01-01\n"
        let refused = try await take(text, as: .localAreas)
        #expect(!refused.isApplied && refused.badLines == 2 && refused.problems.map(\.line) == [3, 4])
        #expect(try await areas() == [])
        let taken = try await take(text, as: .localAreas) { $0.skipsBad = true }
        #expect(counts(taken) == [1, 0, 0, 1] && taken.isApplied)
        #expect(try await areas() == ["212555 914222 -infinity"])
        await #expect(throws: ImportFailure.self) { try await take("from,to\n", as: .localAreas) }
    }

    @Test func `a file that lacks much is a part of one, most likely`() async throws {
        try await db.owner.run("delete from ref.local_calling_areas")
        let all = (0..<1_300).map { "212\(200 + $0 % 700),914\(200 + $0 / 700)" }
        try await take(all.joined(separator: "\n"), as: .localAreas)
        await #expect(throws: ImportFailure.self) { try await take(all[0], as: .localAreas) }
        #expect(try await areas().count == 1_300)
        #expect(counts(try await take(all[0], as: .localAreas) { $0.allowsShrink = true }) == [0, 0, 1_299, 1])
    }

    @Test func `ported numbers are an operator's own`() async throws {
        let (one, other) = (UUID(), UUID())
        for tenant in [one, other] {
            try await db.owner.run(
                "insert into core.tenants (id, slug, name) values (\(tenant), \("l-" + tenant.text), 'x')")
        }
        func stored(_ tenant: UUID) async throws -> [String] {
            try await db.owner.run(
                """
                select concat_ws(' ', number, lrn, spid) from routing.ported_numbers where tenant_id = \(tenant)
                 order by number
                """
            ).values()
        }
        let text = "tn,lrn,spid\n2125550100,2015550000,6529\n2125550101,2015550000,\n2125550102,,\n"
        let first = try await take(text, as: .portedNumbers(of: one))
        #expect(counts(first) == [2, 0, 0, 2] && first.leftOut == ["without a routing number": 1])
        try await take("tn,lrn\n2125550100,3105550000\n", as: .portedNumbers(of: other))
        let next = try await take("tn,lrn\n2125550100,2015550001\n", as: .portedNumbers(of: one))
        #expect(counts(next) == [0, 1, 1, 1])
        #expect(try await stored(one) == ["+12125550100 +12015550001"])
        #expect(try await stored(other) == ["+12125550100 +13105550000"])
    }
}
