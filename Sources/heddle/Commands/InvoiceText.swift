import Services
import Telecom

/// Invoices for people at a terminal, and for programs.
enum InvoiceText {
    static func table(_ lines: [InvoiceLine]) -> String {
        var table = Table(
            ["NUMBER", "STATUS", "BAN", "ACCOUNT", "FROM", "UNTIL", "DUE", "CURRENCY", "TOTAL", "OPEN", "ID"],
            rightAligned: [8, 9])
        for line in lines {
            table.add([
                line.number ?? "-", line.status, line.ban, line.account, line.firstDay, line.nextDay, line.dueOn ?? "-",
                line.currency, line.total.text(minimumDecimals: line.minorDigits),
                line.open.text(minimumDecimals: line.minorDigits), line.id.text,
            ])
        }
        return table.text
    }

    static func json(_ lines: [InvoiceLine]) -> String {
        var writer = JSONWriter()
        writer.array { json in
            for line in lines {
                json.object { json in
                    json.id("id", line.id)
                    json.text("number", line.number)
                    json.text("status", line.status)
                    json.text("ban", line.ban)
                    json.text("account", line.account)
                    json.text("first_day", line.firstDay)
                    json.text("next_day", line.nextDay)
                    json.text("due_on", line.dueOn)
                    json.text("currency", line.currency)
                    json.text("total", line.total.text(minimumDecimals: line.minorDigits))
                    json.text("open", line.open.text(minimumDecimals: line.minorDigits))
                }
            }
        }
        return writer.text
    }

    static func text(_ document: InvoiceDocument) -> String {
        let digits = document.minorDigits
        var items = Table(["", "LINE", "FROM", "UNTIL", "QUANTITY", "UNIT", "AMOUNT"], rightAligned: [0, 4, 6])
        for item in document.items {
            items.add([
                String(item.position), item.description, item.firstDay, item.lastDay, item.quantity.description,
                item.unit, item.amount.text(minimumDecimals: digits),
            ])
        }
        for tax in document.taxes {
            items.add([
                tax.position.map(String.init) ?? "", tax.name, "", "", tax.base.text(minimumDecimals: digits),
                "x \(tax.rate)", tax.amount.text(minimumDecimals: digits),
            ])
        }
        let head =
            "\(document.number ?? document.id.text)  \(document.status)  \(document.buyer.name)  "
            + "\(document.firstDay) to \(document.lastDay)"
        let total =
            "total \(document.currency) \(document.total.text(minimumDecimals: digits)), open "
            + document.open.text(minimumDecimals: digits) + (document.dueOn.map { ", due \($0)" } ?? "")
        return [head, items.text, total].joined(separator: "\n")
    }

    static func json(_ document: InvoiceDocument) -> String {
        let digits = document.minorDigits
        return JSONWriter.object { json in
            json.id("id", document.id)
            json.text("number", document.number)
            json.text("status", document.status)
            json.text("seller", document.seller.name)
            json.text("buyer", document.buyer.name)
            json.text("ban", document.buyer.ban)
            json.text("first_day", document.firstDay)
            json.text("last_day", document.lastDay)
            json.text("issued_on", document.issuedOn)
            json.text("due_on", document.dueOn)
            json.text("currency", document.currency)
            json.text("subtotal", document.subtotal.text(minimumDecimals: digits))
            json.text("tax_total", document.taxTotal.text(minimumDecimals: digits))
            json.text("total", document.total.text(minimumDecimals: digits))
            json.text("open", document.open.text(minimumDecimals: digits))
            json.text("detail_sha256", document.detail?.digest)
            json.array("items") { json in
                for item in document.items {
                    json.object { json in
                        json.number("position", item.position)
                        json.text("kind", item.kind)
                        json.text("description", item.description)
                        json.text("quantity", item.quantity.description)
                        json.text("unit", item.unit)
                        json.text("exact_amount", item.exact.text(minimumDecimals: 8))
                        json.text("amount", item.amount.text(minimumDecimals: digits))
                    }
                }
            }
            json.array("taxes") { json in
                for tax in document.taxes {
                    json.object { json in
                        json.number("position", tax.position)
                        json.text("name", tax.name)
                        json.text("base", tax.base.description)
                        json.text("rate", tax.rate.description)
                        json.text("amount", tax.amount.text(minimumDecimals: digits))
                    }
                }
            }
        }
    }
}
