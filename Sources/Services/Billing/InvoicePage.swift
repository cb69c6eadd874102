import Foundation
import Telecom

/// Which paper a document is printed on.
package enum Paper: String, Sendable, CaseIterable {
    case a4
    case letter
}

/// An invoice as an HTML page, which is what its PDF is printed from too.
package struct InvoicePage: Sendable {
    let document: InvoiceDocument
    let paper: Paper

    package init(_ document: InvoiceDocument, paper: Paper) {
        self.document = document
        self.paper = paper
    }

    /// North American sellers print on their own paper.
    package static func paper(of document: InvoiceDocument) -> Paper {
        ["United States", "Canada", "Mexico"].contains(document.seller.country ?? "") ? .letter : .a4
    }

    package var html: String {
        var page = HTMLText()
        page.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        page.element("title", "", "\(title) \(document.number ?? "")")
        page.markup("<style>")
        page.markup(Self.style)
        page.markup("@page{size:")
        page.put(paper == .a4 ? "A4" : "Letter")
        page.markup("}</style></head><body>")
        page.element("div", "foot") { $0.put(foot) }
        page.head(of: document.seller, title: title, facts: facts)
        parties(&page)
        summary(&page)
        lines(&page)
        taxes(&page)
        totals(&page)
        payment(&page)
        destinations(&page)
        detail(&page)
        page.markup("</body></html>\n")
        return page.text
    }

    var title: String {
        switch document.status {
        case "draft": "Draft invoice"
        case "void": "Void invoice"
        default: "Invoice"
        }
    }

    private var foot: String {
        [document.seller.name, "\(title) \(document.number ?? document.id.uuidString.lowercased())"]
            .joined(separator: " \u{B7} ")
    }

    func money(_ amount: MoneySum) -> String { amount.onDocument(document.minorDigits) }

    /// A day as people everywhere read it the same way: `1 Nov 2026`.
    static func day(_ text: String) -> String {
        let parts = text.split(separator: "-")
        guard parts.count == 3, let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month) else {
            return text
        }
        return "\(day)\u{A0}\(months[month - 1])\u{A0}\(parts[0])"
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    static func span(_ first: String, _ last: String) -> String {
        first == last ? day(first) : "\(day(first)) – \(day(last))"
    }

    // MARK: The head

    private var facts: [(String, String)] {
        var facts: [(String, String?)] = [
            ("Invoice number", document.number), ("Date", document.issuedOn.map(Self.day)),
            ("Period", Self.span(document.firstDay, document.lastDay)),
        ]
        facts += [
            ("Account", document.buyer.ban), ("Purchase order", document.buyer.purchaseOrder),
            ("Currency", document.currency), ("Due", document.dueOn.map(Self.day)),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private func parties(_ page: inout HTMLText) {
        page.element("section", "buyer") { page in
            page.element("h2", "", "Bill to")
            page.element("div", "name", document.buyer.name)
            for line in Self.address(document.buyer) { page.element("div", "", line) }
            if let number = document.buyer.taxNumber { page.element("div", "", "Tax ID \(number)") }
        }
        if !document.notes.isEmpty { page.element("p", "notes", document.notes) }
    }

    static func address(_ party: InvoiceDocument.Party) -> [String] {
        let town = [party.city, [party.region, party.postalCode].compactMap(\.self).joined(separator: " ")]
            .compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ", ")
        return [party.street, town, party.country].compactMap(\.self).filter { !$0.isEmpty }
    }

    /// What was owed, what came since, and what is owed now.
    private func summary(_ page: inout HTMLText) {
        guard let statement = document.statement else { return }
        var rows: [(String, MoneySum)] = [("Balance before", statement.before)]
        let since: [(String, MoneySum)] = [
            ("Payments received, thank you", -statement.payments), ("Refunds", statement.refunds),
            ("Credit notes", -statement.credits), ("Voided invoices", -statement.voided),
        ]
        rows += since.filter { $0.1 != .zero }
        rows.append(("This invoice", document.total))
        page.element("section", "summary") { page in
            page.element("table", "sums") { table in
                for (name, amount) in rows { table.row([name, money(amount)], numbers: [1]) }
                let name = statement.balance < .zero ? "Balance in your favour" : "Balance due"
                let amount = statement.balance < .zero ? -statement.balance : statement.balance
                table.row([name, "\(document.currency) \(money(amount))"], numbers: [1], style: "total")
            }
        }
    }
}
