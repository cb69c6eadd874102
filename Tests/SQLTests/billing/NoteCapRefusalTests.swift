import Foundation
import Postgres
import TestSupport
import Testing

/// billing.note_cap_refusal: a refusal that was undone with its request is told of all the same.
@Suite(.database) struct NoteCapRefusalTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private func note(_ amount: Amount, _ account: Account) async throws -> Int? {
        try await db.engine.run("select billing.note_cap_refusal(\(account.tenant.id), \(account.id), \(amount))")
            .value(Int.self)
    }

    @Test func `at the caps that leave less, of all calls, and refuse`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "100")
        #expect(try await note("1", account) == 0)
        let caps = [
            try await tenant.cap("10", of: account), try await tenant.cap("100", of: account, span: "hour"),
            try await tenant.cap("0", of: account, prefix: "1"),
        ]
        #expect(try await account.holdMoney("8", "a").isNew)
        #expect(try await note("2", account) == 0)
        #expect(try await note("2.5", account) == 1)
        var counted: [String?] = []
        for cap in caps { counted.append(try await tenant.counted(in: cap)) }
        #expect(counted == ["8, 1 refused, reached", "8, 0 refused", "0, 0 refused"])
        let other = try await tenant.account()
        try await tenant.cap("1", of: other, refuses: false)
        #expect(try await note("2", other) == 0)
        #expect(try await note("2", Account(tenant: try await db.tenant(), id: account.id)) == 0)
    }
}
