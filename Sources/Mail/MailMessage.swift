package import Foundation

/// A mail: plain text, with files or without (RFC 5322, RFC 2045). Headers are written of values that cannot leave
/// their lines; what could is refused.
package struct MailMessage: Sendable {
    /// A file that comes with it.
    package struct Attachment: Sendable {
        package let name: String
        /// `application/pdf`.
        package let type: String
        package let content: Data

        package init(name: String, type: String, content: Data) {
            self.name = name
            self.type = type
            self.content = content
        }
    }

    /// Its Message-ID: the same for a mail that is sent again, and for no other.
    package let id: MailAddress
    package let from: Mailbox
    package let to: [MailAddress]
    package let subject: String
    package let text: String
    /// Where answers go, unless to the sender.
    package var replyTo: MailAddress?
    package var date: Date
    package var attachments: [Attachment] = []

    package init(
        id: MailAddress, from: Mailbox, to: [MailAddress], subject: String, text: String, date: Date = Date()
    ) {
        self.id = id
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.date = date
    }

    /// The message as it goes over the wire, but for the dots that SMTP doubles.
    /// - Throws: `MailFailure`, a final one.
    package func composed() throws(MailFailure) -> [UInt8] {
        guard !to.isEmpty else { throw MailFailure(isFinal: true, "the mail has no recipient") }
        let values =
            [("subject", subject), ("sender's name", from.name)] + attachments.map { ("file's type", $0.type) }
        for (name, value) in values where HeaderText.hasControls(value) {
            throw MailFailure(isFinal: true, "the \(name) has a line break or another control character")
        }
        guard !attachments.isEmpty else { return Self.bytes(head + Self.textPart) + textBytes }
        let opening = ["Content-Type: multipart/mixed;", " boundary=\"\(boundary)\"", "", "--\(boundary)"]
        var bytes = Self.bytes(head + opening + Self.textPart)
        bytes += textBytes
        // The line end before a boundary is the boundary's.
        for attachment in attachments {
            bytes += Self.bytes(["", "--\(boundary)"] + Self.head(of: attachment))
            bytes += attachment.content.base64EncodedData(
                options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
        }
        bytes += Self.bytes(["", "--\(boundary)--"])
        return bytes
    }

    private static func bytes(_ lines: [String]) -> [UInt8] { Array((lines.joined(separator: "\r\n") + "\r\n").utf8) }

    private var textBytes: [UInt8] { Array(QuotedPrintable.encode(text).utf8) }

    private var head: [String] {
        var lines = [
            "Date: \(Self.written(date))", "From: \(Self.written(from))",
            "To: \(to.map(\.text).joined(separator: ",\r\n "))",
        ]
        if let replyTo { lines.append("Reply-To: \(replyTo.text)") }
        return lines + [
            "Subject: \(HeaderText.unstructured(subject))", "Message-ID: <\(id.text)>",
            // Nobody's holiday reply comes back (RFC 3834).
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
        ]
    }

    /// What `=_` begins is in no text of either encoding.
    private var boundary: String { "=_\(id.text.filter { $0.isLetter || $0.isNumber }.prefix(60))" }

    private static let textPart = [
        "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "",
    ]

    private static func head(of attachment: Attachment) -> [String] {
        [
            "Content-Type: \(attachment.type)", "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment;", " filename=\"\(fileName(attachment.name))\"", "",
        ]
    }

    /// A name that is a file's everywhere.
    private static func fileName(_ name: String) -> String {
        String(name.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    }

    private static func written(_ mailbox: Mailbox) -> String {
        guard !mailbox.name.isEmpty else { return mailbox.address.text }
        return "\(HeaderText.phrase(mailbox.name))\r\n <\(mailbox.address.text)>"
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// A time in UTC (RFC 5322, section 3.3).
    static func written(_ date: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.weekday, .day, .month, .year, .hour, .minute, .second], from: date)
        func two(_ number: Int?) -> String { (number ?? 0) < 10 ? "0\(number ?? 0)" : "\(number ?? 0)" }
        let day = "\(days[(parts.weekday ?? 1) - 1]), \(two(parts.day)) \(months[(parts.month ?? 1) - 1])"
        return "\(day) \(parts.year ?? 0) \(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) +0000"
    }
}
