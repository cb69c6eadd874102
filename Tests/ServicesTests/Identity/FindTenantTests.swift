import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Which tenant somebody means.
@Suite(.database, .serialized) struct FindTenantTests {
    @Test func `the only tenant needs no name, several do`() async throws {
        let database = try TestDatabase.suite
        let find = FindTenant(database.engine)
        let none = await #expect(throws: TenantError.self) { _ = try await find(nil) }
        #expect(none?.description.hasPrefix("there is no tenant yet") == true)

        let first = UUID.v7()
        try await database.owner.run("insert into core.tenants (id, slug, name) values (\(first), 'alder', 'Alder')")
        #expect(try await find(nil) == first)
        #expect(try await find("alder") == first)
        #expect(try await find(first.uuidString) == first)
        #expect(try await find("unattributed") == CallRecord.unattributedTenant)

        try await database.owner.run("insert into core.tenants (slug, name) values ('birch', 'Birch')")
        let several = await #expect(throws: TenantError.self) { _ = try await find(nil) }
        #expect(several?.description == "there are several tenants; name one with --tenant: alder, birch")
        let wrong = await #expect(throws: TenantError.self) { _ = try await find("cedar") }
        #expect(wrong?.description == "no tenant is called \"cedar\"; there are: alder, birch")
    }

    @Test func `balances and trunks of another tenant are not read`() async throws {
        let database = try TestDatabase.suite
        try await SeedDemo(database.owner)()
        let other = UUID.v7()
        try await database.owner.run("insert into core.tenants (id, slug, name) values (\(other), 'other', 'Other')")
        let own = try await ReadBalances(database.engine, tenant: SeedDemo.tenant)()
        #expect(own.contains { $0.accountID == SeedDemo.customerAccount })
        #expect(try await ReadBalances(database.engine, tenant: other)().isEmpty)
        #expect(
            try await ReadBalances(database.engine, tenant: SeedDemo.tenant)(search: "harbor").map(\.accountID)
                == [SeedDemo.customerAccount])
        #expect(try await !ListTrunks(database.engine, tenant: SeedDemo.tenant)().isEmpty)
        #expect(try await ListTrunks(database.engine, tenant: other)().isEmpty)
    }
}
