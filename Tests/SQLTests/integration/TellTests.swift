import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger integration.tell: what happened is an event, in the transaction in which it did.
@Suite(.database) struct TellTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// The types of a tenant's events in their order, but for those of what every test makes.
    private func types(_ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select type::text from integration.events
             where tenant_id = \(tenant.id) and type <> 'account.created' order by occurred_at, id
            """
        ).values(String.self)
    }

    /// Something of each event of a type, as it stands in SQL.
    private func read(_ columns: String, _ type: String, _ tenant: Tenant) async throws -> [String] {
        try await db.owner.run(
            """
            select \(unescaped: columns) from integration.events e
             where e.tenant_id = \(tenant.id) and e.type = \(type) order by e.occurred_at, e.id
            """
        ).values(String.self)
    }

    @Test func `an invoice is drafted, finalised, paid, and open again when the money goes back`() async throws {
        let book: Book = try await db.book()
        try await book.account.setCreditLimit("100")
        try await book.draft("ID1", ["10"])
        try await book.run("select billing.finalise_invoice(TENANT, ID1)", as: db.engine)
        try await book.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID3, ACCOUNT, 10, 'USD', 'card', 'succeeded')
            """)
        try await book.run("select billing.apply_payment(TENANT, ID3)", as: db.engine)
        try await book.run("select billing.refund_payment(TENANT, ID3, ID4, 'refund', 10, 'x')", as: db.engine)
        let types = try await types(book.tenant)
        #expect(
            types.filter { $0.hasPrefix("invoice") }
                == ["invoice.drafted", "invoice.finalised", "invoice.paid", "invoice.reopened"])
        #expect(types.filter { $0.hasPrefix("payment") } == ["payment.succeeded", "payment.refunded"])
        // Amounts are texts, times have a zone, and all of one invoice has one key.
        let paid = try await read(
            """
            concat_ws(' ', jsonb_typeof(e.payload -> 'total'), e.payload ->> 'total', e.payload ->> 'number',
                      e.payload ->> 'finalised_at' like '%+00:00', e.payload ? 'seller', e.subject,
                      e.account_id = (e.payload ->> 'account_id')::uuid, e.ordering_key = e.subject_id::text)
            """, "invoice.paid", book.tenant)
        #expect(paid == ["string 10.0000 INV-000001 t f billing.invoices t t"])
        let refunded = try await read("e.payload ->> 'payment_id' || ' ' || e.subject", "payment.refunded", book.tenant)
        #expect(refunded == ["\(book.tenant.part(3).uuidString.lowercased()) billing.payments"])
    }

    @Test func `an account is made, suspended, resumed and closed, by somebody who asked for it`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let (user, request) = (UUID(), UUID())
        let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        for status in ["suspended", "suspended", "active", "closed"] {
            _ = try await db.app.run([
                """
                select core.set_context(\(tenant.id), 'tenant', null, \(user)),
                       core.set_request_context('x', null, \(request), \(trace))
                """,
                "update accounts.accounts set status = \(status) where tenant_id = \(tenant.id) and id = \(account.id)",
            ])
        }
        #expect(try await types(tenant) == ["account.suspended", "account.resumed", "account.closed"])
        #expect(try await read("(e.account_id = e.subject_id)::text", "account.created", tenant) == ["true"])
        let who = try await db.owner.run(
            """
            select count(*) from integration.events
             where tenant_id = \(tenant.id) and actor_user_id = \(user) and request_id = \(request)
               and traceparent = \(trace)
            """
        ).value(Int.self)
        #expect(who == 3)
    }

    @Test func `a number goes from one account to another, and then to none`() async throws {
        let tenant = try await db.tenant()
        let (one, two) = (try await tenant.account(), try await tenant.account())
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), '+12125550171')")
        try await db.owner.run(
            """
            insert into numbers.dids (tenant_id, account_id, number)
            values (\(tenant.id), \(one.id), '+12125550171')
            """)
        try await db.owner.run("update numbers.dids set label = 'x' where tenant_id = \(tenant.id)")
        try await db.owner.run("update numbers.dids set account_id = \(two.id) where tenant_id = \(tenant.id)")
        try await db.owner.run("delete from numbers.dids where tenant_id = \(tenant.id)")
        #expect(try await types(tenant) == ["did.assigned", "did.released", "did.assigned", "did.released"])
        let accounts = [one, two].map { $0.id.uuidString.lowercased() }
        #expect(try await read("e.account_id::text", "did.assigned", tenant) == accounts)
        #expect(try await read("e.account_id::text", "did.released", tenant) == accounts)
    }

    @Test func `a reservation expires`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), '+12125550172')")
        try await db.owner.run(
            """
            insert into numbers.reservations (tenant_id, account_id, number, reserved_at, expires_at)
            values (\(tenant.id), \(account.id), '+12125550172', now() - interval '2 hours', now() - interval '1 hour')
            """)
        try await db.engine.run("select numbers.expire_reservations()")
        #expect(try await read("e.payload ->> 'number'", "reservation.expired", tenant) == ["+12125550172"])
    }

    @Test func `what is the staff's is of no account`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.engine.run(
            """
            select audit.report_incident(\(tenant.id), 'toll_fraud', 'high', 'k', 'seen', \(account.id))
            """)
        // Once more is no news.
        try await db.engine.run(
            "select audit.report_incident(\(tenant.id), 'toll_fraud', 'high', 'k', 'seen', \(account.id))")
        try await db.owner.run(
            """
            update audit.security_incidents set status = 'closed', acknowledged_by = 'x', resolution = 'blocked'
             where tenant_id = \(tenant.id)
            """)
        #expect(try await types(tenant) == ["incident.opened", "incident.closed"])
        let owners = try await read(
            "coalesce(e.account_id::text, 'none') || ' ' || (e.payload ->> 'account_id')", "incident.closed", tenant)
        #expect(owners == ["none \(account.id.uuidString.lowercased())"])
    }

    @Test func `a flow and a payout tell of their states`() async throws {
        let version = try await db.tenant().campaign().draft()
        try await version.drawShortest()
        _ = try await version.publish()
        #expect(try await types(version.tenant).filter { $0.hasPrefix("flow") } == ["flow.published"])
        let payout = try await db.tenant().campaign().payout()
        _ = try await payout.change("status = 'cancelled', cancelled_at = now()")
        #expect(
            try await types(payout.tenant).filter { $0.hasPrefix("payout") } == ["payout.drafted", "payout.cancelled"])
        let publisher = "(e.publisher_id = (e.payload ->> 'publisher_id')::uuid)::text"
        #expect(try await read(publisher, "payout.cancelled", payout.tenant) == ["true"])
    }

    @Test func `a version of a deck is published`() async throws {
        let sheet = try await db.tenant().sheet(.deck)
        try await sheet.draft()
        try await sheet.run("select routing.publish_sheet(TENANT, SHEET, 2)", as: db.app)
        let versions = try await read("e.payload ->> 'version'", "sheet.published", sheet.tenant)
        #expect(versions.last == "2", "\(versions)")
    }

    @Test func `an event goes with its transaction, and balances tell nothing`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        _ = try await account.hold("1")
        let before = try await types(tenant)
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await db.owner.transaction { session in
                try await session.run(
                    "update accounts.accounts set status = 'suspended' where tenant_id = \(tenant.id)")
                throw Enough()
            }
        }
        #expect(try await types(tenant) == before)
        #expect(before.allSatisfy { !$0.hasPrefix("balance") && !$0.hasPrefix("call") })
    }

    @Test func `what goes with its tenant is told to nobody`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        try await db.owner.run(
            "insert into numbers.inventory (tenant_id, number) values (\(tenant.id), '+12125550173')")
        try await db.owner.run(
            """
            insert into numbers.dids (tenant_id, account_id, number)
            values (\(tenant.id), \(account.id), '+12125550173')
            """)
        try await tenant.makePurgeable()
        try await db.owner.run("delete from numbers.dids where tenant_id = \(tenant.id)")
        #expect(try await types(tenant) == ["did.assigned"])
    }
}
