import Foundation
import Postgres
import TestSupport
import Testing

/// billing.release_expired_holds: what was neither charged nor released in its time is given back.
///
/// One test after the other: it gives back those of all tenants.
@Suite(.database, .serialized) struct ReleaseExpiredHoldsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func release(at time: String, most: Int = 50) async throws -> Int? {
        try await db.engine.run(
            "select billing.release_expired_holds(now() + \(time)::text::interval, \(Int32(most)))"
        ).value(Int.self)
    }

    @Test func `when its time is over, once, some at a time`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        for number in 0..<3 { _ = try await account.holdMoney("1", "r\(number)") }
        _ = try await account.holdMoney("1", "longer", lasting: "2 days")
        let call = UUID()
        _ = try await account.hold("2", routing: call)
        #expect(try await release(at: "59 minutes") == 0)
        #expect(try await release(at: "1 hour", most: 2) == 2)
        #expect(try await release(at: "1 hour", most: 2) == 1)
        #expect(try await release(at: "1 hour", most: 2) == 0)
        #expect(try await account.balance == Balance(available: "7", held: "3"))
        #expect(try await account.holdState(call) == "open")
        // Which is given back when no request stands behind it, and then alone.
        let strays = try await db.engine.run("select billing.release_stray_holds(now() + interval '1 day')")
        #expect(try strays.value(Int.self) == 1)
        #expect(try await tenant.ledgerFaults() == [])
        #expect(try await account.entryFaults() == [])
        #expect(try await release(at: "3 days") == 1)
    }

    @Test func `one that somebody is charging is left to him`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        let hold = try #require(try await account.holdMoney("1", "a").id)
        try await db.owner.transaction { session in
            try await session.run(
                "select from billing.holds where tenant_id = \(tenant.id) and id = \(hold) for no key update")
            #expect(try await release(at: "2 hours") == 0)
        }
        #expect(try await release(at: "2 hours") == 1)
    }

    @Test func `the proof names one that nobody gave back for an hour`() async throws {
        let book = try await db.book()
        try await book.account.topUp("10")
        _ = try await book.account.holdMoney("1", "a", lasting: "20 minutes")
        func faults(_ later: String) async throws -> [String] {
            try await book.read(
                "select problem from billing.check_holds(TENANT, now() + interval '\(later)')", as: db.engine)
        }
        #expect(try await faults("1 hour") == [])
        #expect(try await faults("81 minutes") == ["open hold past its expiry"])
        _ = try await release(at: "1 hour")
        #expect(try await faults("81 minutes") == [])
    }
}
