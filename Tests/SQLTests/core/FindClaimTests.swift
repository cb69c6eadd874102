import Foundation
import Postgres
import TestSupport
import Testing

/// core.find_claim: the way to a tenant before there is a context.
@Suite(.database) struct FindClaimTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `tells the API tenant and row, without a context`() async throws {
        let tenant = try await db.tenant()
        let row = UUID()
        try await db.owner.run("select core.claim(\(tenant.id), 'email', 'a@b.example', \(row))")
        for client in [db.app, db.engine] {
            let found = try await client.run("select * from core.find_claim('email', 'a@b.example')")
                .decode(UUID.self, UUID.self)
            #expect(found.map(\.0) == [tenant.id])
            #expect(found.map(\.1) == [row])
        }
    }

    @Test func `finds nothing of another kind or value`() async throws {
        let tenant = try await db.tenant()
        try await db.owner.run("select core.claim(\(tenant.id), 'email', 'c@d.example', \(UUID()))")
        #expect(try await db.engine.run("select * from core.find_claim('number', 'c@d.example')").isEmpty)
        #expect(try await db.app.run("select * from core.find_claim('email', '%')").isEmpty)
    }

    /// Whose a number or an address is would tell one operator of another's customers.
    @Test(arguments: ["email", "api_key", "payment_webhook", "number", "ban", "sip_login", "sms_system_id", "anything"])
    func `the API finds what people and programs come in with, and nothing else`(kind: String) async throws {
        let tenant = try await db.tenant()
        let value = UUID().uuidString
        try await db.owner.run("select core.claim(\(tenant.id), \(kind), \(value), \(UUID()))")
        for client in [db.app, db.engine, db.owner] {
            let found = try await client.run("select * from core.find_claim(\(kind), \(value))")
            let mayFind = client !== db.app || ["email", "api_key", "payment_webhook"].contains(kind)
            #expect(found.isEmpty != mayFind)
        }
    }
}
