import Telecom

/// A statement of earnings as an HTML page, which is what its PDF is printed from too.
package struct StatementPage: Sendable {
    let document: StatementDocument
    let paper: Paper
    /// Of the longest amount.
    private let decimals: Int

    /// Calls that stand on the page; more are in the CSV alone, with their sums here.
    static let maximumLines = 2_000

    package init(_ document: StatementDocument, paper: Paper) {
        self.document = document
        self.paper = paper
        let amounts =
            document.lines.flatMap { [$0.amount, $0.sold, $0.charged].compactMap(\.self) }
            + document.aside.map(\.amount)
        let longest = amounts.map { $0.description.split(separator: ".").dropFirst().first?.count ?? 0 }.max()
        decimals = max(longest ?? 0, document.minorDigits)
    }

    /// North American payers print on their own paper.
    package static func paper(of document: StatementDocument) -> Paper {
        ["United States", "Canada", "Mexico"].contains(document.payer.country ?? "") ? .letter : .a4
    }

    package var html: String {
        var page = HTMLText()
        page.markup("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        page.element("title", "", "\(title) \(document.number ?? "")")
        page.markup("<style>")
        page.markup(InvoicePage.style)
        page.markup("h1{font-size:17pt}@page{size:")
        page.put(paper == .a4 ? "A4" : "Letter")
        page.markup("}</style></head><body>")
        page.element("div", "foot") { page in
            page.put([document.payer.name, title, document.number].compactMap(\.self).joined(separator: " \u{B7} "))
        }
        page.head(of: document.payer, title: title, facts: facts)
        recipient(&page)
        summary(&page)
        payment(&page)
        aside(&page)
        customers(&page)
        calls(&page)
        changes(&page)
        page.markup("</body></html>\n")
        return page.text
    }

    var title: String {
        switch document.status {
        case "provisional": "Provisional statement of earnings"
        case "draft": "Draft statement of earnings"
        default: "Statement of earnings"
        }
    }

    // MARK: The head

    private var facts: [(String, String)] {
        let facts: [(String, String?)] = [
            ("Statement number", document.number), ("Date", document.approvedOn.map(InvoicePage.day)),
            ("Period", InvoicePage.span(document.firstDay, document.lastDay)),
            (document.payee == .publisher ? "Publisher" : "Account", document.recipient.ban),
            ("Currency", document.currency), ("To be paid on", document.dueOn.map(InvoicePage.day)),
            ("Paid by", document.method), ("Status", document.number == nil ? nil : document.status),
        ]
        return facts.compactMap { name, value in value.map { (name, $0) } }
    }

    private func recipient(_ page: inout HTMLText) {
        page.element("section", "buyer") { page in
            page.element("h2", "", "Pay to")
            page.element("div", "name", document.recipient.name)
            for line in InvoicePage.address(document.recipient) { page.element("div", "", line) }
            if let email = document.recipient.email { page.element("div", "", email) }
            if let number = document.recipient.taxNumber { page.element("div", "", "Tax ID \(number)") }
        }
        if !document.notes.isEmpty { page.element("p", "notes", document.notes) }
    }

    // MARK: The sums

    private static let names: [StatementDocument.Kind: String] = [
        .carriedOver: "Carried over", .earning: "Earned by calls", .adjustment: "Adjustments", .bonus: "Bonuses",
        .fee: "Fees", .refund: "Refunds",
    ]

    private func summary(_ page: inout HTMLText) {
        page.element("section", "summary") { page in
            page.element("table", "sums") { table in
                for kind in StatementDocument.Kind.allCases where document.count(kind) > 0 {
                    let calls = kind == .earning ? ", \(Self.count(document.count(kind))) calls" : ""
                    table.row(["\(Self.names[kind] ?? "")\(calls)", exact(document.sum(kind))], numbers: [1])
                }
                if document.rounding != .zero { table.row(["Rounding", exact(document.rounding)], numbers: [1]) }
                let name = document.isCarriedOver ? "Carried over to the next statement" : "Total to be paid"
                table.row(
                    [name, "\(document.currency) \(document.amount.onDocument(document.minorDigits))"], numbers: [1],
                    style: "total")
            }
        }
    }

    private func payment(_ page: inout HTMLText) {
        if document.isCarriedOver, document.minimum > .zero {
            let minimum = document.minimum.onDocument(document.minorDigits)
            page.element(
                "p", "note", "Amounts below \(document.currency) \(minimum) are not paid out but carried over.")
        }
        if document.status == "provisional" {
            page.element(
                "p", "note",
                "This statement is not final: no payout is made for the period yet, and later decisions change it."
            )
        }
    }

    private func aside(_ page: inout HTMLText) {
        if document.aside.isEmpty { return }
        page.element("h2", "", "Not in the total")
        page.element("table", "list") { table in
            table.element("thead") { $0.row(["", "Calls", "Amount"], numbers: [1, 2], cell: "th") }
            table.element("tbody") { body in
                for sum in document.aside {
                    body.row(
                        [sum.reason, Self.count(sum.count), "\(sum.currency) \(exact(sum.amount))"], numbers: [1, 2])
                }
            }
        }
    }

    // MARK: The lines

    private var earnings: [StatementDocument.Line] { document.lines.filter { $0.kind == .earning } }

    private func customers(_ page: inout HTMLText) {
        guard document.payee == .reseller, !earnings.isEmpty else { return }
        page.element("h2", "", "By customer")
        page.element("table", "list") { table in
            table.element("thead") { head in
                head.row(
                    ["Customer", "Calls", "Minutes", "Sold", "Charged", "Margin"], numbers: [1, 2, 3, 4, 5],
                    cell: "th")
            }
            table.element("tbody") { body in
                let groups = Dictionary(grouping: earnings, by: \.party).sorted { $0.key < $1.key }
                for (name, lines) in groups { body.row(sums(name, lines), numbers: [1, 2, 3, 4, 5]) }
                if groups.count > 1 { body.row(sums("All", earnings), numbers: [1, 2, 3, 4, 5], style: "sum") }
            }
        }
    }

    private func sums(_ name: String, _ lines: [StatementDocument.Line]) -> [String] {
        let sum = { (amount: (StatementDocument.Line) -> Money?) in
            lines.reduce(Money.zero) { $0 + (amount($1) ?? .zero) }
        }
        let seconds = lines.reduce(0) { $0 + ($1.seconds ?? 0) }
        return [
            name, Self.count(lines.count), Self.time(seconds), exact(sum { $0.sold }),
            exact(sum { $0.charged }), exact(sum { $0.amount }),
        ]
    }

    private func calls(_ page: inout HTMLText) {
        if earnings.isEmpty { return }
        page.element("h2", "", "Calls")
        if earnings.count > Self.maximumLines {
            page.element(
                "p", "note", "The list of the \(Self.count(earnings.count)) calls is a CSV file beside this statement.")
            return
        }
        let numbers: Set<Int> = document.payee == .publisher ? [4, 5] : [3, 4, 5, 6]
        page.element("table", "list") { table in
            table.element("thead") { head in
                head.row(
                    document.payee == .publisher
                        ? ["Time (\(document.timeZone))", "Campaign", "Caller", "Called", "Minutes", "Amount"]
                        : [
                            "Time (\(document.timeZone))", "Customer", "Called", "Minutes", "Sold", "Charged", "Margin",
                        ],
                    numbers: numbers, cell: "th")
            }
            table.element("tbody") { body in
                for line in earnings { body.row(cells(line), numbers: numbers) }
                let total = [String](repeating: "", count: document.payee == .publisher ? 4 : 5)
                body.row(["Calls"] + total + [exact(document.sum(.earning))], numbers: numbers, style: "sum")
            }
        }
    }

    private func cells(_ line: StatementDocument.Line) -> [String] {
        let seconds = line.seconds.map(Self.time) ?? ""
        return document.payee == .publisher
            ? [line.at ?? "", line.description, line.party, line.called, seconds, exact(line.amount)]
            : [
                line.at ?? "", line.party, line.called, seconds, line.sold.map(exact) ?? "",
                line.charged.map(exact) ?? "", exact(line.amount),
            ]
    }

    /// What is added to calls or taken away, each with its reason.
    private func changes(_ page: inout HTMLText) {
        let changes = document.lines.filter { $0.kind != .earning }
        if changes.isEmpty { return }
        page.element("h2", "", "Other items")
        page.element("table", "list") { table in
            table.element("thead") { $0.row(["Time of the call", "What for", "Amount"], numbers: [2], cell: "th") }
            for kind in StatementDocument.Kind.allCases where changes.contains(where: { $0.kind == kind }) {
                table.element("tbody") { body in
                    body.markup("<tr class=\"group\"><td colspan=\"3\">")
                    body.put(Self.names[kind] ?? "")
                    body.markup("</td></tr>")
                    for line in changes where line.kind == kind {
                        body.row([line.at ?? "", line.description, exact(line.amount)], numbers: [2])
                    }
                }
            }
        }
    }

    // MARK: Parts

    /// All amounts with the decimals of the longest of them, so that they stand below each other.
    private func exact(_ amount: Money) -> String { amount.onDocument(decimals) }

    private static func count(_ number: Int) -> String { Money(units: Int64(number) * 100_000_000).onDocument(0) }

    /// Minutes and seconds: `12:05`.
    private static func time(_ seconds: Int) -> String {
        "\(count(seconds / 60)):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }
}
