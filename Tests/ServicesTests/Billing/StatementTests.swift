import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// What partners have earned, to the last digit.
@Suite(.database) struct StatementTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let october = StatementPeriod(month: "2026-10")

    private func read(
        _ partner: PaidPartner, _ payee: StatementDocument.Payee = .publisher, number: String? = nil
    ) async throws -> StatementDocument {
        let name = payee == .publisher ? "Leads & Co" : "Reseller"
        return try await ReadEarnings(db.engine, tenant: partner.id)(
            payee, name, try #require(Self.october), number: number)
    }

    @Test func `a payout's statement is its items, and adds up to it exactly`() async throws {
        let partner = try await PaidPartner(db)
        let first = try await partner.convert("12.34567891", on: "2026-10-03 15:00Z")
        let second = try await partner.convert("8.00000002", on: "2026-10-04 15:00Z")
        try await partner.pay(
            "STM-7",
            [
                ("earning", first, "", "12.34567891"), ("earning", second, "", "8.00000002"),
                ("carried_over", nil, "From September", "5.5"), ("bonus", nil, "Thank you", "1"),
                ("fee", nil, "Wire fee", "-0.35"),
            ])
        let document = try await read(partner)
        #expect(document.number == "STM-7" && document.status == "draft" && !document.isCarriedOver)
        #expect(document.lines.map(\.kind) == [.carriedOver, .earning, .earning, .bonus, .fee])
        #expect(document.sum() == Money("26.49567893"))
        #expect(document.amount == Money("26.5") && document.rounding == Money("0.00432107"))
        let call = document.lines[1]
        #expect(call.at == "2026-10-03 11:00" && call.party == "+12125550100" && call.called == "+18005550100")
        #expect(call.seconds == 110 && call.amount == Money("12.34567891"))
        #expect(document.recipient.name == "Leads & Co" && document.payer.name == "Tidewater Voice Inc.")
    }

    @Test func `before a payout is made the statement has what is approved and unpaid`() async throws {
        let partner = try await PaidPartner(db)
        try await partner.convert("3", on: "2026-09-10 12:00Z")
        let sold = try await partner.convert("10", on: "2026-10-10 12:00Z")
        try await partner.convert("-2.5", on: "2026-10-11 12:00Z", corrects: sold)
        try await partner.convert("7", on: "2026-10-12 12:00Z", status: "pending")
        try await partner.convert("1", on: "2026-11-02 12:00Z")
        let document = try await read(partner)
        #expect(document.number == nil && document.status == "provisional")
        #expect(
            document.lines.map { "\($0.kind.rawValue) \($0.amount)" } == [
                "carried_over 3", "earning 10", "adjustment -2.5",
            ])
        #expect(document.lines[2].description == "Campaign: wrong number")
        #expect(document.amount == Money("10.5"))
        #expect(
            document.aside == [
                .init(reason: "Not yet approved", count: 1, amount: try #require(Money("7")), currency: "USD")
            ])
        // Once it is paid by another payout it is not here.
        try await partner.pay("STM-8", [("earning", sold, "", "10")], from: "2026-08-01", until: "2026-09-01")
        #expect(try await read(partner).amount == Money("0.5"))
    }

    @Test func `what is below the minimum is carried over`() async throws {
        let partner = try await PaidPartner(db)
        try await partner.convert("4.99", on: "2026-10-10 12:00Z")
        try await partner.run("update tracking.publishers set payout_minimum = 5 where tenant_id = TENANT")
        #expect(try await read(partner).isCarriedOver)
        try await partner.convert("0.01", on: "2026-10-11 12:00Z")
        #expect(try await !read(partner).isCarriedOver)
    }

    @Test func `a reseller's statement has each call with what is left of it`() async throws {
        let partner = try await PaidPartner(db)
        try await partner.levelCharge("0.05", sold: "0.08000001", at: "2026-10-05 12:00Z")
        try await partner.levelCharge("0.05", sold: "0.04", at: "2026-10-06 12:00Z")
        try await partner.levelCharge("0.05", sold: "0.07", at: "2026-10-07 12:00Z", currency: "EUR")
        try await partner.levelCharge("9", sold: "10", at: "2026-11-01 12:00Z")
        let document = try await read(partner, .reseller)
        #expect(
            document.lines.map { "\($0.party) \($0.sold ?? .zero) \($0.charged ?? .zero) \($0.amount)" } == [
                "Shop 0.08000001 0.05 0.03000001", "Shop 0.04 0.05 -0.01",
            ])
        #expect(document.sum() == Money("0.02000001") && document.amount == Money("0.02"))
        #expect(
            document.aside == [
                .init(
                    reason: "Sold in another currency", count: 1, amount: try #require(Money("0.07")), currency: "EUR")
            ])
    }

    @Test func `the CSV adds up to what is paid`() async throws {
        let partner = try await PaidPartner(db)
        let call = try await partner.convert("12.34567891", on: "2026-10-03 15:00Z")
        try await partner.pay("STM-9", [("earning", call, "", "12.34567891"), ("bonus", nil, "=1+1, thanks", "1")])
        var lines: [String] = []
        StatementList(try await read(partner)).write { lines.append($0.replacing("\r\n", with: "")) }
        #expect(
            lines == [
                "time,kind,description,caller,called,talk_s,amount,currency,id",
                "2026-10-03 11:00,earning,Campaign,12125550100,18005550100,110,12.34567891,USD,"
                    + call.uuidString.lowercased(),
                "\(lines[2])", ",rounding,,,,,0.00432109,USD,",
            ])
        #expect(lines[2].hasPrefix(",bonus,\"'=1+1, thanks\",,,,1.00000000,USD,"))
    }

    @Test func `who is not there, and which payout is meant, is said`() async throws {
        let partner = try await PaidPartner(db)
        let period = try #require(Self.october)
        let statement = ReadEarnings(db.engine, tenant: partner.id)
        await #expect(throws: BillingFailure("no publisher is called \"x\"; there are: Leads & Co")) {
            try await statement(.publisher, "x", period)
        }
        await #expect(throws: BillingFailure("no reseller is called \"x\"; there are: Reseller")) {
            try await statement(.reseller, "x", period)
        }
        await #expect(throws: BillingFailure("there is no payout 5 in that time")) {
            try await statement(.publisher, "LEADS", period, number: "5")
        }
        try await partner.pay("A", [], from: "2026-10-01", until: "2026-10-16")
        try await partner.pay("B", [], from: "2026-10-16", until: "2026-11-01")
        await #expect(throws: BillingFailure("there are several payouts in that time; name one with --number: A, B")) {
            try await statement(.publisher, "LEADS", period)
        }
        #expect(try await read(partner, number: "B").firstDay == "2026-10-16")
    }

    @Test(
        arguments: [
            ("2026-10-01", "2026-10-31", "2026-11-01"), ("2026-12-31", "2026-12-31", "2027-01-01"),
            ("2026-10-02", "2026-10-01", nil), ("2026-02-30", "2026-03-01", nil), ("2026-1-1", "2026-03-01", nil),
        ] as [(String, String, String?)])
    func `a period is whole days, the last one included`(first: String, last: String, next: String?) {
        #expect(StatementPeriod(first: first, last: last)?.nextDay == next)
    }
}
