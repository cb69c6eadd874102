import Telecom

extension InvoicePage {
    private static let kinds: [(kind: String, name: String)] = [
        ("usage", "Usage"), ("recurring", "Recurring charges"), ("one_off", "One-off charges"),
        ("adjustment", "Adjustments"),
    ]

    func lines(_ page: inout HTMLText) {
        page.element("h2", "", "Charges")
        page.element("table", "list") { table in
            table.element("thead") { head in
                head.row(
                    ["", "Description", "Service dates", "Quantity", "Unit price", "Amount"], numbers: [3, 4, 5],
                    cell: "th")
            }
            for (kind, name) in Self.kinds {
                let items = document.items.filter { $0.kind == kind }
                if items.isEmpty { continue }
                table.element("tbody") { body in
                    body.markup("<tr class=\"group\"><td></td><td colspan=\"5\">")
                    body.put(name)
                    body.markup("</td></tr>")
                    for item in items { body.row(cells(item), numbers: [3, 4, 5]) }
                }
            }
        }
    }

    private func cells(_ item: InvoiceDocument.Item) -> [String] {
        var description = item.description
        if item.calls > 0 {
            description +=
                "\n\(MoneySum(units: Int128(item.calls) * 100_000_000).onDocument(0)) "
                + (item.unit == "segments" ? "messages" : "calls")
        }
        if let (used, whole) = item.proration { description += "\n\(used) of \(whole) days" }
        let quantity = [item.quantity.onDocument(0), item.unit].filter { !$0.isEmpty }.joined(separator: "\u{A0}")
        return [
            String(item.position), description, Self.span(item.firstDay, item.lastDay), quantity,
            item.unitAmount.map(money) ?? "", money(item.amount),
        ]
    }

    func taxes(_ page: inout HTMLText) {
        let groups = [
            ("Taxes and regulatory fees", "Tax", document.taxes.filter { $0.kind != "seller_fee" }),
            (
                "Fees of the seller, which no authority asks for", "Fee",
                document.taxes.filter { $0.kind == "seller_fee" }
            ),
        ]
        for (name, kind, taxes) in groups where !taxes.isEmpty {
            page.element("h2", "", name)
            page.element("table", "list") { table in
                table.element("thead") { head in
                    head.row([kind, "Where", "On", "Base", "Rate", "Amount"], numbers: [3, 4, 5], cell: "th")
                }
                table.element("tbody") { body in
                    for tax in taxes { body.row(cells(tax), numbers: [3, 4, 5]) }
                }
            }
        }
    }

    private func cells(_ tax: InvoiceDocument.Tax) -> [String] {
        var name = tax.name
        if !tax.authority.isEmpty { name += "\n\(tax.authority)" }
        if tax.exempt != .zero { name += "\nexempt: \(money(tax.exempt))" }
        let rate: String
        let base: String
        switch tax.calculation {
        case "percent":
            rate = "\(MoneySum(units: tax.rate.units * 100).onDocument(0))\u{A0}%"
            base = money(tax.base)
        case "tiered":
            rate = "by tiers"
            base = money(tax.base)
        case "per_line":
            rate = "\(money(tax.rate)) a line"
            base = "\(tax.quantity.onDocument(0)) lines"
        default:
            rate = "\(money(tax.rate)) a minute"
            base = "\(tax.quantity.onDocument(0)) minutes"
        }
        let on = tax.position.map { "line \($0)" } ?? "the invoice"
        return [name, tax.jurisdiction, on, base, rate, money(tax.amount)]
    }

    func totals(_ page: inout HTMLText) {
        page.element("table", "sums end") { table in
            table.row(["Charges", money(document.subtotal)], numbers: [1])
            table.row(["Taxes and fees", money(document.taxTotal)], numbers: [1])
            table.row(["Total", "\(document.currency) \(money(document.total))"], numbers: [1], style: "total")
        }
        if document.status == "draft", document.total < .zero {
            page.element("p", "note", "This is left to the next invoice when the draft is finalised.")
        }
    }

    func payment(_ page: inout HTMLText) {
        guard let details = document.seller.paymentDetails, document.total > .zero else { return }
        page.element("section", "pay") { page in
            page.element("h2", "", "How to pay")
            page.element("div", "", details)
            if let number = document.number {
                page.element("div", "", "Please name invoice \(number) with your payment.")
            }
        }
    }

    func destinations(_ page: inout HTMLText) {
        let calls = document.destinations.filter { $0.kind != "messaging" }
        if calls.isEmpty { return }
        page.element("h2", "", "Calls by destination")
        page.element("table", "list") { table in
            table.element("thead") { head in
                head.row(
                    ["Destination", "Direction", "Kind", "Calls", "Minutes", "As rated"], numbers: [3, 4, 5],
                    cell: "th")
            }
            table.element("tbody") { body in
                for call in calls {
                    body.row(
                        [
                            call.country,
                            call.kind == "resold" ? "\(call.direction), accounts below" : call.direction,
                            call.jurisdiction, Self.count(call.units),
                            Self.minutes(call.billedSeconds), rated(call.amount),
                        ], numbers: [3, 4, 5])
                }
                sums(calls, &body)
            }
        }
    }

    private func sums(_ calls: [InvoiceDocument.Destination], _ body: inout HTMLText) {
        let exact = calls.reduce(MoneySum.zero) { $0 + $1.amount }
        let invoiced = document.items.filter { $0.kind == "usage" && $0.unit != "segments" }
            .reduce(MoneySum.zero) { $0 + $1.amount }
        body.row(
            [
                "Calls as rated", "", "", Self.count(calls.reduce(0) { $0 + $1.units }),
                Self.minutes(calls.reduce(0) { $0 + $1.billedSeconds }), rated(exact),
            ], numbers: [3, 4, 5], style: "sum")
        if invoiced != exact {
            body.row(["Rounding of the lines", "", "", "", "", rated(invoiced - exact)], numbers: [3, 4, 5])
            body.row(["Calls as invoiced", "", "", "", "", rated(invoiced)], numbers: [3, 4, 5], style: "sum")
        }
    }

    /// Amounts as they were rated, all with the decimals of the longest of them, so that they stand below each other.
    private func rated(_ amount: MoneySum) -> String {
        let longest = document.destinations.map { Self.decimals($0.amount) }.max() ?? 0
        return amount.onDocument(max(longest, document.minorDigits))
    }

    private static func decimals(_ amount: MoneySum) -> Int {
        amount.description.split(separator: ".").dropFirst().first?.count ?? 0
    }

    private static func count(_ number: Int) -> String { MoneySum(units: Int128(number) * 100_000_000).onDocument(0) }

    /// Minutes, and seconds where there are some: `12:05`.
    private static func minutes(_ seconds: Int) -> String {
        let whole = count(seconds / 60)
        return seconds % 60 == 0 ? whole : "\(whole):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }

    func detail(_ page: inout HTMLText) {
        guard let detail = document.detail, detail.calls > 0 else { return }
        page.element("p", "note") { page in
            page.put("The list of the \(Self.count(detail.calls)) calls is a CSV file with the SHA-256 ")
            page.element("code", "", detail.digest)
            page.put(". Its column of amounts adds up to the calls as invoiced.")
        }
    }

    static let style: StaticString = """
        @page{margin:18mm 16mm 20mm;@bottom-left{content:element(foot)}
        @bottom-right{content:"Page " counter(page) " of " counter(pages);font:8pt sans-serif;color:#555}}
        body{font:9pt/1.35 "Noto Sans","Liberation Sans","Noto Sans CJK JP","Noto Sans Arabic",sans-serif;color:#111}
        .foot{position:running(foot);font-size:8pt;color:#555}
        h1{font-size:20pt;font-weight:600;margin:0 0 2mm;text-align:right}
        h2{font-size:10.5pt;font-weight:600;margin:7mm 0 1.5mm;break-after:avoid}
        .top{display:flex;justify-content:space-between}.seller{max-width:85mm}.name{font-weight:600;font-size:10.5pt}
        table{border-collapse:collapse}td,th{padding:1.1mm 1.5mm;vertical-align:top;text-align:left}
        .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        .facts td{padding:.3mm 0 .3mm 4mm}.facts td:first-child{color:#555}.facts{margin-left:auto}
        .list{width:100%}.list th{border-bottom:.4mm solid #111;font-weight:600;font-size:8pt}
        .list td{border-bottom:.1mm solid #ccc}.list tr{break-inside:avoid}
        .group{break-after:avoid}.group td{font-weight:600;background:#f1f3f5}
        .sum td{font-weight:600}.sums{margin:4mm 0 0 auto;min-width:75mm;break-inside:avoid}
        .total td{border-top:.4mm solid #111;font-weight:700;font-size:11pt}
        .summary .sums{background:#f1f3f5}.pay{break-inside:avoid}.note,.notes{margin:5mm 0 0;color:#333}
        code{font:8pt "Liberation Mono",monospace;word-break:break-all}
        """
}
