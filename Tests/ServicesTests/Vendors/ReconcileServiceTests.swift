import Foundation
import Postgres
import Telecom
import TestSupport
import Testing

@testable import Services

/// From a carrier's file and its invoice to a dispute that is answered.
@Suite(.database) struct ReconcileServiceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static func day(_ text: String) -> Date {
        Date(timeIntervalSince1970: Double(CalendarDay(text)?.secondsSince1970 ?? 0))
    }

    private static let october = day("2026-10-01")..<day("2026-11-01")

    /// One call right, one too dear by a cent, one that they made up, and one that they forgot.
    private func compared() async throws -> (CarrierFixture, ReconciliationRun) {
        let fixture = try await CarrierFixture(db)
        for (index, time) in ["10:00", "11:00", "12:00"].enumerated() {
            try await fixture.call(at: "2026-10-02 \(time)Z", to: "+1212555010\(index)")
        }
        try await fixture.take(
            """
            id,start,caller,called,duration,billsec,rate,cost
            a0,2026-10-02 10:00:07,=cmd(),2125550100,60,60,0.01,0.01
            a1,2026-10-02 11:00:07,3055550100,2125550101,60,60,0.02,0.02
            a9,2026-10-02 15:00:07,3055550100,2125550109,60,60,0.01,0.01
            """)
        let invoices = VendorInvoices(db.owner)
        var entry = VendorInvoices.Entry(
            number: "V-1", from: Self.october.lowerBound, until: Self.october.upperBound,
            amount: Money("0.06") ?? .zero, tax: Money("0.01") ?? .zero)
        entry.issuedAt = Self.day("2026-11-02")
        #expect(try await invoices.add(entry, from: fixture.carrier).isNew)
        return (fixture, try await Reconcile(db.owner)(fixture.carrier, Self.october))
    }

    @Test func `classes, the clock, and the invoice`() async throws {
        let (fixture, run) = try await compared()
        #expect(
            run.classes.map { "\($0.name) \($0.calls) \($0.ours) \($0.theirs)" } == [
                "exact 1 0.01 0.01", "rate 1 0.01 0.02", "missing_ours 1 0 0.01", "missing_theirs 1 0.01 0",
            ])
        #expect(run.clock == 7_000)
        #expect(run.total.theirs == MoneySum("0.04") && run.invoice?.net == MoneySum("0.05"))
        let invoice = try await VendorInvoices(db.owner).find("V-1", from: fixture.carrier)
        #expect(invoice?.status == "matched" && invoice?.ours == MoneySum("0.03"))
        // again: the same run
        let again = try await Reconcile(db.owner)(fixture.carrier, Self.october)
        #expect(again.id == run.id && again.classes == run.classes)
        #expect(try await ReadRuns(db.owner).find(String(run.id.uuidString.suffix(8)), of: fixture.tenant).id == run.id)
        await #expect(throws: ImportFailure.self) { try await ReadRuns(db.owner).find(run.id.uuidString, of: UUID()) }
    }

    @Test func `a dispute, its file, and its end`() async throws {
        let (fixture, run) = try await compared()
        let disputes = Disputes(db.owner)
        let dispute = try await disputes.open(run, [], reference: "D-7", reason: nil, of: fixture.tenant)
        #expect(dispute.amount == Money("0.02") && dispute.calls == 2 && dispute.status == "draft")
        await #expect(throws: ImportFailure.self) { try await Reconcile(db.owner)(fixture.carrier, Self.october) }
        await #expect(throws: ImportFailure.self) {
            try await disputes.move(dispute, .accept, of: fixture.tenant)
        }
        let scratch = try ScratchFile("")
        defer { scratch.remove() }
        #expect(try await ExportDispute(db.owner)(dispute, to: scratch.path, of: fixture.tenant).calls == 2)
        let lines = try String(contentsOfFile: scratch.path, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines[1] == """
                D-7,rate,2026-10-02T11:00:00.000Z,2026-10-02T11:00:07.000Z,+13055550100,+12125550101,a1,60.000,60.000,\
                60,60,0.01,0.02,0.01000000,0.02000000,0.01000000,USD,charged 0.02 a minute where our rate sheet has 0.01
                """)
        #expect(lines[2].hasSuffix("our switch has no such call"))
        let sent = try await disputes.move(dispute, .submit, of: fixture.tenant)
        #expect(sent.status == "sent")
        let invoices = VendorInvoices(db.owner)
        #expect(try await invoices.find("V-1", from: fixture.carrier)?.disputed == MoneySum("0.02"))
        await #expect(throws: ImportFailure.self) {
            try await disputes.move(sent, .accept, granted: Money("0.03"), of: fixture.tenant)
        }
        let answered = try await disputes.move(sent, .accept, granted: Money("0.01"), of: fixture.tenant)
        #expect(answered.status == "partly_accepted" && answered.granted == Money("0.01"))
        #expect(try await invoices.find("V-1", from: fixture.carrier)?.status == "matched")
        #expect(try await disputes.list(of: UUID(), carrier: nil).isEmpty)
    }

    @Test(arguments: [
        ("10.001", "0", "USD", "more decimals"), ("10", "11", "USD", "no part"), ("-10", "1", "USD", "no part"),
        ("10.5", "0", "JPY", "more decimals"), ("10", "0", "dollars", "no currency"),
    ])
    func `odd figures of an invoice are told`(
        amount: String, tax: String, currency: String, expected: String
    ) async throws {
        let fixture = try await CarrierFixture(db)
        var entry = VendorInvoices.Entry(
            number: "V-1", from: Self.october.lowerBound, until: Self.october.upperBound,
            amount: Money(amount) ?? .zero, tax: Money(tax) ?? .zero)
        entry.currency = currency
        let failure = await #expect(throws: ImportFailure.self) {
            try await VendorInvoices(db.owner).add(entry, from: fixture.carrier)
        }
        #expect(failure?.description.contains(expected) == true, "\(failure?.description ?? "")")
    }

    @Test func `an invoice is entered once, and not with other figures`() async throws {
        let fixture = try await CarrierFixture(db)
        let invoices = VendorInvoices(db.owner)
        var entry = VendorInvoices.Entry(
            number: "V-1", from: Self.october.lowerBound, until: Self.october.upperBound,
            amount: Money(units: 100_000_000),
            tax: .zero)
        #expect(try await invoices.add(entry, from: fixture.carrier).isNew)
        #expect(try await !invoices.add(entry, from: fixture.carrier).isNew)
        entry.amount = Money(units: 200_000_000)
        await #expect(throws: ImportFailure.self) { try await invoices.add(entry, from: fixture.carrier) }
        #expect(try await invoices.list(of: fixture.tenant, from: nil).map(\.number) == ["V-1"])
        #expect(try await invoices.list(of: UUID(), from: nil).isEmpty)
    }

    @Test func `a time without records is told`() async throws {
        let fixture = try await CarrierFixture(db)
        await #expect(throws: ImportFailure.self) { try await Reconcile(db.owner)(fixture.carrier, Self.october) }
    }
}
