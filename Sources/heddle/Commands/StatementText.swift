import Services
import Telecom

/// A statement for people and for programs.
enum StatementText {
    /// More are in --json and in the file.
    private static let shown = 50

    static func table(_ document: StatementDocument) -> String {
        let number =
            document.number.map { "statement \($0), \(document.status)" } ?? "provisional, no payout is made yet"
        var lines = [
            "\(document.recipient.name): \(document.firstDay) to \(document.lastDay), \(number)",
            "",
        ]
        let isPublisher = document.payee == .publisher
        var table = Table(
            isPublisher
                ? ["TIME", "KIND", "WHAT FOR", "CALLER", "CALLED", "TALK S", "AMOUNT"]
                : ["TIME", "KIND", "CUSTOMER", "CALLED", "BILLED S", "SOLD", "CHARGED", "AMOUNT"],
            rightAligned: isPublisher ? [5, 6] : [4, 5, 6, 7])
        for line in document.lines.prefix(shown) {
            let seconds = line.seconds?.shown ?? "-"
            let start = [line.at ?? "-", line.kind.rawValue.inWords]
            table.add(
                isPublisher
                    ? start + [line.description, line.party, line.called, seconds, amount(line.amount)]
                    : start + [
                        line.party.isEmpty ? line.description : line.party, line.called, seconds,
                        line.sold.map(amount) ?? "-", line.charged.map(amount) ?? "-", amount(line.amount),
                    ])
        }
        lines.append(document.lines.isEmpty ? "no calls" : table.text)
        if document.lines.count > shown {
            lines.append("and \((document.lines.count - shown).shown) more; --output NAME.csv has all")
        }
        lines.append("")
        lines.append(sums(document))
        return lines.joined(separator: "\n")
    }

    private static func sums(_ document: StatementDocument) -> String {
        var table = Table(["SUM OF", "LINES", "AMOUNT"], rightAligned: [1, 2])
        for kind in StatementDocument.Kind.allCases where document.count(kind) > 0 {
            table.add([kind.rawValue.inWords, document.count(kind).shown, amount(document.sum(kind))])
        }
        if document.rounding != .zero { table.add(["rounding", "", amount(document.rounding)]) }
        let name = document.isCarriedOver ? "carried over" : "total"
        table.add([name, document.lines.count.shown, "\(document.currency) \(total(document))"])
        for sum in document.aside {
            table.add(["(\(sum.reason.lowercased()))", sum.count.shown, "\(sum.currency) \(amount(sum.amount))"])
        }
        return table.text
    }

    private static func amount(_ money: Money) -> String { money.text(minimumDecimals: 2) }

    private static func total(_ document: StatementDocument) -> String {
        document.amount.text(minimumDecimals: document.minorDigits)
    }

    static func json(_ document: StatementDocument) -> String {
        JSONWriter.object { json in
            json.text("payee", document.payee.rawValue)
            json.text("name", document.recipient.name)
            json.text("number", document.number)
            json.text("status", document.status)
            json.text("first_day", document.firstDay)
            json.text("last_day", document.lastDay)
            json.text("time_zone", document.timeZone)
            json.text("due_on", document.dueOn)
            json.text("currency", document.currency)
            json.text("exact_amount", document.sum().description)
            json.text("amount", total(document))
            json.flag("is_carried_over", document.isCarriedOver)
            json.object("sums") { json in
                for kind in StatementDocument.Kind.allCases where document.count(kind) > 0 {
                    json.text(kind.rawValue, document.sum(kind).description)
                }
            }
            json.array("lines") { json in
                for line in document.lines { json.object { write(line, &$0) } }
            }
            json.array("not_in_the_total") { json in
                for sum in document.aside {
                    json.object { json in
                        json.text("reason", sum.reason)
                        json.number("calls", sum.count)
                        json.text("amount", sum.amount.description)
                        json.text("currency", sum.currency)
                    }
                }
            }
        }
    }

    private static func write(_ line: StatementDocument.Line, _ json: inout JSONWriter) {
        json.text("kind", line.kind.rawValue)
        json.id("id", line.id)
        json.text("at", line.at)
        json.text("description", line.description)
        json.text("party", line.party)
        json.text("called", line.called)
        json.number("seconds", line.seconds)
        json.text("sold", line.sold?.description)
        json.text("charged", line.charged?.description)
        json.text("amount", line.amount.description)
    }
}
