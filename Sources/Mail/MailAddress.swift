/// An address of mail as SMTP takes it everywhere (RFC 5321, section 4.1.2): ASCII, a dotted name, an `@` and a host's
/// name; no quotes and no comments.
package struct MailAddress: Sendable, Hashable, CustomStringConvertible {
    /// `name@host.example`.
    package let text: String

    /// What is expected, in words.
    package static let form = "an address like name@host.example"

    private static let longest = 254
    private static let longestName = 64
    private static let longestLabel = 63
    /// What a name may have beside letters and digits (RFC 5322, section 3.2.3).
    private static let marks = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    /// - Returns: `nil` when a text is none.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= Self.longest, parts[0].count <= Self.longestName else { return nil }
        let isName = Self.isDotted(parts[0], longest: Self.longestName) {
            Self.isAlphanumeric($0) || Self.marks.contains($0)
        }
        let isHost = Self.isDotted(parts[1], longest: Self.longestLabel) {
            Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-")
        }
        guard isName, isHost else { return nil }
        self.text = text
    }

    /// The host's name.
    package var host: String { String(text.drop { $0 != "@" }.dropFirst()) }
    /// As it is written.
    package var description: String { text }

    private static func isDotted(_ text: Substring.UTF8View, longest: Int, _ isPart: (UInt8) -> Bool) -> Bool {
        text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.count <= longest && part.allSatisfy(isPart)
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

/// An address with the name of whoever it is.
package struct Mailbox: Sendable, Equatable {
    /// As people read it; may be empty.
    package let name: String
    package let address: MailAddress

    package init(name: String, address: MailAddress) {
        self.name = name
        self.address = address
    }

    /// Reads `name@host.example` or `Name <name@host.example>`.
    /// - Returns: `nil` when a text is neither.
    package init?(_ text: String) {
        if let address = MailAddress(text) {
            self.init(name: "", address: address)
            return
        }
        guard text.last == ">", let open = text.lastIndex(of: "<"),
            let address = MailAddress(String(text[text.index(after: open)...].dropLast()))
        else { return nil }
        var name = text[..<open]
        while name.last == " " { name.removeLast() }
        guard !name.isEmpty, !HeaderText.hasControls(String(name)) else { return nil }
        self.init(name: String(name), address: address)
    }
}
