import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// A deck in another currency than the account's: amounts are exchanged at the rate that held at the answer.
@Suite(.database, .serialized) struct ExchangedCallTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    struct Quote: Sendable, CustomTestStringConvertible {
        let name: String
        /// Rows of base, quote, rate and beginning.
        let rows: [String]
        let expected: String
        var testDescription: String { name }
    }

    @Test(arguments: [
        Quote(
            name: "none", rows: [], expected: "no rate of exchange from EUR to USD when it was answered"),
        Quote(
            name: "none yet", rows: ["'EUR', 'USD', 1.1, '2026-10-01'"],
            expected: "no rate of exchange from EUR to USD when it was answered"),
        Quote(name: "as quoted", rows: ["'EUR', 'USD', 1.1, '2026-01-01'"], expected: "0.6 0.33"),
        Quote(
            name: "the latest that holds",
            rows: [
                "'EUR', 'USD', 1.1, '2026-01-01'", "'EUR', 'USD', 1.2, '2026-09-01'", "'EUR', 'USD', 2, '2027-01-01'",
            ],
            expected: "0.6 0.36"),
        Quote(name: "the other way round", rows: ["'USD', 'EUR', 0.9, '2026-01-01'"], expected: "0.6 0.33333333"),
        Quote(
            name: "as quoted counts before the other way round",
            rows: ["'USD', 'EUR', 0.9, '2026-02-01'", "'EUR', 'USD', 1.1, '2026-01-01'"], expected: "0.6 0.33"),
    ])
    func `a call over a deck in euros`(quote: Quote) async throws {
        let market = try await RatedMarket(db, deckCurrency: "EUR")
        for row in quote.rows {
            try await market.run(
                """
                insert into billing.exchange_rates (tenant_id, base, quote, rate, valid_from, source)
                select TENANT, v.*, 'x' from (values (\(row)::timestamptz)) as v;
                """)
        }
        let id = try await market.place(.init(milliseconds: 60_000))
        try await market.rate()
        #expect(try await market.amounts(of: id) == quote.expected)
        guard quote.expected.hasPrefix("0") else { return }
        // As billing.convert() has it, from what is kept.
        let kept = try await market.text(
            """
            select concat_ws(' ', rating #>> '{buy,exchange,from}', currency,
                             buy_amount = billing.convert(tenant_id, buy_rate, 'EUR', 'USD', answered_at),
                             buy_amount = round(buy_rate * (rating #>> '{buy,exchange,times}')::numeric
                                                / (rating #>> '{buy,exchange,over}')::numeric, 8), rating ? 'sell')
              from cdr.enriched_cdr where id = \(id)
            """)
        #expect(kept == "EUR USD t t f")
    }
}
