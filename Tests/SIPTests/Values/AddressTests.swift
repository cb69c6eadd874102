import Testing

@testable import SIP

/// A header value that is an address, as `display|uri|tag`.
struct AddressRow: Sendable, CustomTestStringConvertible {
    let text: String
    let parts: String?

    init(_ text: String, _ parts: String?) {
        (self.text, self.parts) = (text, parts)
    }

    var testDescription: String { text }
}

@Suite
struct AddressTests {
    static let rows: [AddressRow] = [
        AddressRow("Alice <sip:a@b>;tag=1", "Alice|sip:a@b|1"),
        AddressRow("\"A, \\\"B\\\" <x>\" <sip:a@b>", "A, \"B\" <x>|sip:a@b|"),
        AddressRow("<sip:a@b;tag=2>;tag=1", "|sip:a@b;tag=2|1"),
        AddressRow("sip:a@b;tag=1", "|sip:a@b|1"),
        AddressRow("Two  Words<sip:a@b>", "Two  Words|sip:a@b|"),
        AddressRow("José <sip:a@b>", "José|sip:a@b|"),
        AddressRow("\"\" <sip:a@b>", "|sip:a@b|"),
        AddressRow("<tel:+12125550100>;tag=\"q\"", "|tel:+12125550100|\"q\""),
        AddressRow("<sip:a@b> ; x = \"a;b,c\" ; tag = 9", "|sip:a@b|9"),
        AddressRow("", nil), AddressRow("<>", nil), AddressRow("<sip:a@b", nil), AddressRow("\"x <sip:a@b>", nil),
        AddressRow("\"x\" sip:a@b", nil), AddressRow("<sip:a@b>;", nil), AddressRow("<sip:a@b>;;tag=1", nil),
        AddressRow("<sip:a@b>;tag=", nil), AddressRow("<sip:a@b>x", nil), AddressRow("a, b <sip:a@b>", nil),
        AddressRow("< sip:a@b >", nil), AddressRow("sip:a@b?x=y", nil), AddressRow("\"\\", nil),
    ]

    @Test(arguments: rows)
    func `is cut into its parts`(_ row: AddressRow) {
        let text = Text(row.text)
        let address = try? NameAddress(text.source, text.extent, field: .from)
        let parts = address.map { "\($0.displayName ?? "")|\($0.uri)|\($0.tag?.string ?? "")" }
        #expect(parts == row.parts)
    }

    @Test func `a list is split at its own commas only`() {
        let list = Text("<sip:a,b@c>, \"x,y\" <sip:d@e> ,, z").listElements.map(\.string)
        #expect(list == ["<sip:a,b@c>", "\"x,y\" <sip:d@e>", "z"])
    }

    @Test func `a contact of a star has no address`() throws {
        #expect(try Sample(extra: ["Contact: *"]).request().headers.addresses(.contact).isEmpty)
    }

    @Test func `a Via shows its parts`() throws {
        let via = try Sample(
            via: "SIP/2.0/udp [2001:db8::1]:5061 ;branch=z9hG4bKx;received=[2001:db8::2];rport=9;x=\"a,b\""
        ).request().via
        #expect(via.transport.matches("UDP"))
        #expect(via.host.string == "2001:db8::1")
        #expect(via.port == 5061)
        #expect(via.branch == Text("z9hG4bKx"))
        #expect(via.received == "2001:db8::2")
        #expect(via.rport == 9)
        #expect(!via.asksForPort)
        #expect(via.parameters["x"] == "a,b")
        #expect(via.hasUniqueBranch)
    }

    @Test func `text is clean to read`() {
        #expect(Text("a\r\n  b\tc").string == "a b c")
        #expect(Text("a\u{1}b").string == "a\u{FFFD}b")
        #expect(Text("\"a\\\"b\\\\c\"").unquoted == "a\"b\\c")
        #expect(Text("%41%4").unescaped == "A%4")
        #expect(String(describing: Text([0xFF, 0x41], Extent(0, 2))) == "\u{FFFD}A")
    }

    @Test func `character sets hold exactly their characters`() {
        let token = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~"
        for byte in UInt8.min...UInt8.max {
            #expect(ByteSet.token.contains(byte) == token.utf8.contains(byte))
        }
    }
}
