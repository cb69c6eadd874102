import Foundation
import Postgres
import TestSupport
import Testing

/// billing.call_price: increments, and one rounding.
@Suite(.database) struct CallPriceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    struct Case: Sendable {
        let seconds: Int
        let rate: String
        var fee = "0"
        let initial: Int
        let next: Int
        let price: String
    }

    static let cases: [Case] = [
        Case(seconds: 0, rate: "1", fee: "1", initial: 6, next: 6, price: "0.00000000"),
        Case(seconds: 205, rate: "0.00137", initial: 6, next: 6, price: "0.00479500"),
        Case(seconds: 37, rate: "0.0085", initial: 30, next: 6, price: "0.00595000"),
        Case(seconds: 7, rate: "0.0049", initial: 6, next: 6, price: "0.00098000"),
        Case(seconds: 7, rate: "0.00012345", initial: 6, next: 6, price: "0.00002469"),
        Case(seconds: 60, rate: "0.6", initial: 60, next: 60, price: "0.60000000"),
        Case(seconds: 61, rate: "0.6", initial: 60, next: 60, price: "1.20000000"),
        Case(seconds: 61, rate: "0.6", initial: 60, next: 1, price: "0.61000000"),
        Case(seconds: 1, rate: "0.6", fee: "0.05", initial: 1, next: 1, price: "0.06000000"),
        Case(seconds: 30, rate: "0.00000001", initial: 30, next: 1, price: "0.00000001"),
        Case(seconds: 29, rate: "0.00000001", initial: 29, next: 1, price: "0.00000000"),
    ]

    @Test(arguments: cases) func `is what the carrier's increments make of it`(call: Case) async throws {
        let price = try await db.app.run(
            """
            select billing.call_price(\(call.seconds)::integer, \(unescaped: call.rate), \(unescaped: call.fee),
                                      \(call.initial)::integer, \(call.next)::integer)::text
            """
        ).value(String.self)
        #expect(price == call.price)
    }
}
