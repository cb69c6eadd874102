import Foundation
import Glibc
import Reactor
import Telecom
import Testing

@testable import Services

/// An invoice as a page, and as PDF where WeasyPrint is installed.
@Suite struct InvoicePageTests {
    @Test func `text from elsewhere is text on the page`() {
        var document = InvoiceSample.document()
        document.items[0] = InvoiceSample.item(1, description: "<script>alert(\"x\")</script> & 'so'\nnext")
        let html = InvoicePage(document, paper: .a4).html
        #expect(!html.contains("<script"))
        #expect(html.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;so&#39;<br>next"))
    }

    /// An amount in the digits of a currency, and how it stands on the page.
    @Test(arguments: [
        ("1234567.5", 2, "1,234,567.50"), ("-0.005", 2, "\u{2212}0.005"), ("1234567", 0, "1,234,567"),
        ("999", 3, "999.000"), ("-1000", 0, "\u{2212}1,000"), ("0", 2, "0.00"), ("0.12345678", 2, "0.12345678"),
    ])
    func `amounts have the digits of their currency`(amount: String, digits: Int, expected: String) throws {
        #expect(try Money(parsing: amount).onDocument(digits) == expected)
    }

    @Test func `a finance department finds what it looks for`() {
        let html = InvoicePage(InvoiceSample.document(), paper: .letter).html
        for text in [
            "Tidewater Voice Inc.", "1 Harbor Way", "Norfolk, VA 23510", "Tax ID 98-7654321", "INV-000042",
            "4\u{A0}Nov\u{A0}2026", "PO-7", "Outbound calls, interstate", "1,234.5\u{A0}minutes", "State sales tax",
            "7\u{A0}%",
            "Balance before", "Payments received, thank you", "Balance due", "How to pay", "account 1234567890",
            InvoiceSample.digest, "size:Letter", "Rounding of the lines",
        ] {
            #expect(html.contains(text), "\(text)")
        }
    }

    @Test func `a tax by tiers has no price a minute`() {
        var document = InvoiceSample.document()
        document.taxes = [
            InvoiceDocument.Tax(
                name: "Franchise fee", authority: "", jurisdiction: "US.VA", kind: "tax", calculation: "tiered",
                position: nil, base: .init(units: 1_234_000_000), rate: .zero, quantity: .init(units: 100_000_000),
                exempt: .zero, amount: .zero)
        ]
        let html = InvoicePage(document, paper: .a4).html
        #expect(html.contains("by tiers"))
        #expect(html.contains("12.34"))
        #expect(!html.contains("a minute"))
    }

    private static let program: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/weasyprint" }.first(where: FileManager.default.isExecutableFile)
    }()

    @Test(.enabled(if: program != nil, "WeasyPrint is not installed"), .timeLimit(.minutes(3)))
    func `a long one is printed, and the same one is the same file`() async throws {
        var document = InvoiceSample.document()
        document.destinations = (0..<120).map {
            InvoiceSample.destination("Country \($0)", units: $0, amount: .zero)
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "invoice-\(UUID().uuidString).pdf")
        defer { try? FileManager.default.removeItem(at: file) }  // the system's sweep would do it
        let print = try PrintPage(reactor: Reactor(name: "print"), program: Self.program)
        let html = InvoicePage(document, paper: .a4).html
        try await print(html, identity: "x", to: file.path)
        let pdf = try Data(contentsOf: file)
        #expect(pdf.starts(with: Data("%PDF-".utf8)))
        try await print(html, identity: "x", to: file.path)
        #expect(try Data(contentsOf: file) == pdf, "the same invoice is the same file")
    }
}

/// An invoice for pages.
enum InvoiceSample {
    static let digest = String(repeating: "0123456789abcdef", count: 4)

    static func money(_ text: String) -> MoneySum { MoneySum(text) ?? .zero }

    static func item(_ position: Int, description: String) -> InvoiceDocument.Item {
        InvoiceDocument.Item(
            position: position, kind: "usage", description: description, firstDay: "2026-10-01",
            lastDay: "2026-10-31", quantity: money("1234.5"), unit: "minutes", unitAmount: nil,
            exact: money("12.34500001"), amount: money("12.35"), calls: 4321, proration: nil)
    }

    static func destination(_ country: String, units: Int, amount: MoneySum) -> InvoiceDocument.Destination {
        InvoiceDocument.Destination(
            kind: "voice", direction: "outbound", country: country, jurisdiction: "interstate", units: units,
            billedSeconds: 74_070, amount: amount)
    }

    static func document(
        currency: String = "USD", digits: Int = 2, buyer: String = "Harbor Logistics GmbH"
    ) -> InvoiceDocument {
        var document = InvoiceDocument(
            id: UUID(), number: "INV-000042", status: "finalised", currency: currency, minorDigits: digits,
            isTaxedAsADocument: false, firstDay: "2026-10-01", lastDay: "2026-10-31", issuedOn: "2026-11-04",
            dueOn: "2026-12-04", subtotal: money("28.22"), taxTotal: money("0.86"), total: money("29.08"),
            open: money("29.08"), notes: "", detail: InvoiceDocument.Detail(digest: digest, calls: 4321),
            seller: InvoiceDocument.Party(
                name: "Tidewater Voice Inc.", taxNumber: "98-7654321", street: "1 Harbor Way", city: "Norfolk",
                region: "VA", postalCode: "23510", country: "United States", email: "billing@tidewater.example",
                paymentDetails: "Bank of the Harbor\nRouting 051000017, account 1234567890"),
            buyer: InvoiceDocument.Party(
                name: buyer, taxNumber: "DE123456789", street: "Speicherstadt 1", city: "Hamburg",
                postalCode: "20457", country: "Germany", ban: "HARBOR-1", purchaseOrder: "PO-7"),
            statement: InvoiceDocument.Statement(
                before: money("100"), payments: money("100"), refunds: .zero, credits: money("5"), voided: .zero,
                balance: money("24.08")))
        document.items = [
            item(1, description: "Outbound calls, interstate"),
            InvoiceDocument.Item(
                position: 2, kind: "recurring", description: "Telephone numbers", firstDay: "2026-10-11",
                lastDay: "2026-10-31", quantity: money("10"), unit: "", unitAmount: money("2.34"),
                exact: money("15.87"), amount: money("15.87"), calls: 0, proration: (21, 31)),
        ]
        document.taxes = [
            InvoiceDocument.Tax(
                name: "State sales tax", authority: "Virginia Department of Taxation", jurisdiction: "US.VA",
                kind: "tax", calculation: "percent", position: 1, base: money("12.35"), rate: money("0.07"),
                quantity: money("1"), exempt: .zero, amount: money("0.86"))
        ]
        document.destinations = [destination("United States", units: 4321, amount: money("12.34500001"))]
        return document
    }
}
