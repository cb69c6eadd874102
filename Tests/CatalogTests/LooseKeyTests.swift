import TestSupport
import Testing

@testable import Catalog

/// The keys that no foreign key keeps, against the catalog.
@Suite(.database, .serialized) struct LooseKeyTests {
    private func tables() async throws -> [String: Catalog.Table] {
        let tables = try await ReadCatalog(try TestDatabase.suite.owner)().tables
        return Dictionary(uniqueKeysWithValues: tables.map { ($0.fullName, $0) })
    }

    @Test func `each has columns of the types that its target's key has`() async throws {
        let tables = try await tables()
        for key in LooseKey.all {
            let name = "\(key.table) \(key.columns) to \(key.target)"
            guard let table = tables[key.table], let target = tables[key.target] else {
                Issue.record("\(name): there is no such table")
                continue
            }
            let own = target.primaryKey.filter { $0 != "tenant_id" }.suffix(key.columns.count)
            let wanted = own.map { column in target.columns.first { $0.name == column }?.type }
            let found = key.columns.map { column in table.columns.first { $0.name == column }?.type }
            #expect(found == wanted, "\(name)")
        }
    }

    @Test func `each is told once, and is no foreign key`() async throws {
        let tables = try await tables()
        let names = LooseKey.all.map { "\($0.table) \($0.columns) to \($0.target)" }
        #expect(Set(names).count == names.count)
        for key in LooseKey.all {
            let isHeld = tables[key.table]?.foreignKeys.contains { held in
                held.target == key.target && Set(held.columns).isSuperset(of: key.columns)
            }
            #expect(isHeld == false, "\(key.table) \(key.columns): the catalog knows it; remove it from LooseKey.all")
        }
    }

    /// Ids that lead to no table of their own, and why.
    private static let others: Set<String> = [
        // The row's other columns say which table.
        "audit.audit_log.object_id", "audit.compliance_records.subject_id", "billing.charges.source_id",
        "core.global_claims.entity_id", "integration.events.subject_id",
        // Ids for the other side: the receiver's, and the price in a vendor's own list.
        "messaging.mdr.buy_rate_id", "messaging.webhook_attempts.event_id",
        // They belong to a version, which belongs to the tenant; the version to a deck or a plan.
        "billing.voice_rates.tenant_id", "routing.rate_deck.tenant_id", "routing.sheet_versions.sheet_id",
        // They are written with every call: the record and the postings of the call have the keys.
        "billing.holds.tenant_id", "cdr.enriched_cdr.tenant_id", "routing.routing_requests.tenant_id",
        // Staff of the platform, whatever operator it enters.
        "auth.support_entries.user_id", "auth.support_entries.session_id",
        // The tenant is gone.
        "core.tombstones.tenant_id",
    ]

    @Test func `every id is a key, of one sort or the other`() async throws {
        let loose = Set(LooseKey.all.flatMap { key in key.columns.map { "\(key.table).\($0)" } })
        var unknown: Set<String> = []
        for table in try await tables().values where table.kind == .table || table.kind == .partitioned {
            let held = Set(table.foreignKeys.flatMap(\.columns))
            let ids = table.columns.filter { $0.type == "uuid" && $0.name.hasSuffix("_id") && $0.name != "account_id" }
            unknown.formUnion(ids.filter { !held.contains($0.name) }.map { "\(table.fullName).\($0.name)" })
        }
        let undeclared = unknown.subtracting(loose).subtracting(Self.others).sorted()
        #expect(undeclared == [], "give them a foreign key, or a line in LooseKey.all")
        #expect(Self.others.subtracting(unknown) == [], "they need no exception any more")
    }
}
