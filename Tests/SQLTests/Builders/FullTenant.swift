import Foundation
import Postgres
import TestSupport

extension Tenant {
    /// Two accounts that a full tenant has; what belongs to an account belongs to the first or to the second.
    var firstAccount: UUID { part(1) }
    var secondAccount: UUID { part(2) }

    /// An id of the tenant's own for something that its script makes, and that tests may point at.
    func part(_ number: UInt8) -> UUID { FullTenant.part(number, of: id) }

    /// Meets every condition of a purge.
    func makePurgeable() async throws {
        try await database.owner.run(
            """
            update core.tenants
               set status = 'closed', legal_hold = false, purge_after = now() - interval '1 day',
                   purge_marked_at = now()
             where id = \(id)
            """)
    }

    /// Puts at least a row into every table of a tenant; into those of accounts, one for each of two accounts.
    func fillEveryTable() async throws { try await FullTenant.fill(id, database) }

    /// How many rows of the tenant each table has.
    func rowCounts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for table in try await database.tables() where table.hasTenant {
            counts[table.name] = try await database.owner.run(
                "select count(*) from \(unescaped: table.name) where tenant_id = \(id)"
            ).value(Int.self)
        }
        return counts
    }

    /// What each table has of the tenant, as one number.
    func digests() async throws -> [String: String] {
        var digests: [String: String] = [:]
        for table in try await database.tables() where table.hasTenant {
            digests[table.name] = try await database.owner.run(
                """
                select coalesce(md5(string_agg(t::text, ' ' order by t::text)), '')
                  from \(unescaped: table.name) t where tenant_id = \(id)
                """
            ).value(String.self)
        }
        return digests
    }
}
