import Mail
import Telecom

/// What a mail with an invoice says.
struct InvoiceLetter {
    let document: InvoiceDocument
    let number: String

    /// Where answers go: to whoever sells.
    var replyTo: MailAddress? { document.seller.email.flatMap { MailAddress($0) } }

    var subject: String { "Invoice \(number) of \(document.seller.name.forDisplay(100))" }

    var text: String {
        let digits = document.minorDigits
        var lines = [
            "Hello,", "",
            "please find attached the invoice \(number) of \(document.seller.name.forDisplay(100))",
            "for \(document.buyer.name.forDisplay(100)), \(document.firstDay) to \(document.lastDay).", "",
            "  Total  \(document.total.text(minimumDecimals: digits)) \(document.currency)",
            "  Open   \(document.open.text(minimumDecimals: digits)) \(document.currency)",
        ]
        if let due = document.dueOn, document.status != "paid" { lines.append("  Due    \(due)") }
        if let details = document.seller.paymentDetails, document.status != "paid" { lines += ["", details] }
        if replyTo != nil {
            lines += ["", "If something is not right, please answer this mail."]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
