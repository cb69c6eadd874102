import Foundation
import Postgres
import TestSupport
import Testing

/// billing.post_rerated: differences reach the ledger, each once.
@Suite(.database) struct PostReratedTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A difference, and what it leaves of a balance of 10.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var first: Amount?
        let difference: Amount
        let balance: Balance
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "dearer", difference: "3", balance: Balance(available: "7")),
        Case(name: "cheaper", difference: "-3.00000001", balance: Balance(available: "13.00000001")),
        Case(
            name: "dearer than what is left", difference: "12",
            balance: Balance(available: "-2", overdrawn: "2")),
        Case(
            name: "what comes back takes the allowance down", first: "12", difference: "-1",
            balance: Balance(available: "-1", overdrawn: "1")),
        Case(
            name: "and away", first: "12", difference: "-5", balance: Balance(available: "3")),
    ]

    private func post(_ account: Account, _ id: UUID, _ difference: Amount) async throws -> Int? {
        try await db.engine.run(
            """
            select billing.post_rerated(\(account.tenant.id), array[\(id)], array[\(account.id)],
                                        array[\(difference)]::numeric[], 'why')
            """
        ).value(Int.self)
    }

    @Test(arguments: cases) func `a difference is posted once`(line: Case) async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account(balance: "10")
        if let first = line.first { _ = try await post(account, UUID(), first) }
        let id = UUID()
        #expect(try await post(account, id, line.difference) == 1)
        #expect(try await post(account, id, line.difference) == 0)
        #expect(try await account.balance == line.balance)
        #expect(try await tenant.ledgerFaults() == [])
        let posting = try await db.owner.run(
            """
            select counter, counter_account || ' ' || memo from billing.ledger
             where tenant_id = \(tenant.id) and source = 'rerate' and source_id = \(id)
            """
        ).first(Amount.self, String.self)
        #expect(posting?.0 == line.difference)
        #expect(posting?.1 == "voice_revenue why")
    }

    @Test(arguments: ["array[0]", "array['NaN']", "array[null]", "'{}'", "array[1, 2]"])
    func `lists that do not fit are refused`(differences: String) async throws {
        let book: Book = try await db.book()
        let refusal = try await book.refusal(
            "select billing.post_rerated(TENANT, array[ID1], array[ACCOUNT], \(differences)::numeric[], 'x')")
        #expect(refusal != nil)
    }
}
