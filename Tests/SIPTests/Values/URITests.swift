import Testing

@testable import SIP

/// A URI and its parts as `scheme|user|host|port|number|parameters of the number`.
struct URIRow: Sendable, CustomTestStringConvertible {
    let text: String
    let parts: String

    init(_ text: String, _ parts: String) {
        (self.text, self.parts) = (text, parts)
    }

    var testDescription: String { text }
}

@Suite
struct URITests {
    static let rows: [URIRow] = [
        URIRow("sip:alice@atlanta.com", "sip|alice|atlanta.com||alice|"),
        URIRow("sip:alice:secret@atlanta.com;transport=tcp", "sip|alice|atlanta.com||alice|"),
        URIRow("sips:alice@atlanta.com?subject=x", "sips|alice|atlanta.com||alice|"),
        URIRow("sip:+1-212-555-1212:1234@gw.com;user=phone", "sip|+1-212-555-1212|gw.com||+12125551212|"),
        URIRow("SIP:1212@gateway.com", "sip|1212|gateway.com||1212|"),
        URIRow("sip:atlanta.com:5070", "sip||atlanta.com|5070||"),
        URIRow("sip:alice;day=tuesday@atlanta.com", "sip|alice;day=tuesday|atlanta.com||alice|;day=tuesday"),
        URIRow(
            "sip:+12155551212;npdi;rn=+12155550000@h;user=phone",
            "sip|+12155551212;npdi;rn=+12155550000|h||+12155551212|;npdi;rn=+12155550000"),
        URIRow("tel:+1-215-555-1212;npdi;rn=+12155550000", "tel|+1-215-555-1212|||+12155551212|;npdi;rn=+12155550000"),
        URIRow("tel:7042;phone-context=example.com", "tel|7042|||7042|;phone-context=example.com"),
        URIRow("sip:%2B442079460958@h", "sip|+442079460958|h||+442079460958|"),
        URIRow("sip:*67@h", "sip|*67|h||*67|"),
        URIRow("sip:u@[2001:db8::1]:5061;lr", "sip|u|2001:db8::1|5061|u|"),
        URIRow("urn:service:sos", "urn|||||"),
    ]

    @Test(arguments: rows)
    func `is cut into its parts`(_ row: URIRow) throws {
        let uri = try URI(row.text)
        let port = uri.port.map { String($0) } ?? ""
        let parameters = uri.numberParameters.text.string
        let address = [uri.scheme.description, uri.user ?? "", uri.host?.string ?? "", port]
        let parts = address + [uri.number ?? "", parameters]
        #expect(parts.joined(separator: "|") == row.parts)
    }

    @Test(
        arguments: [
            "", "sip", "sip:", ":", "sip:a b@c", "sip:a@b c", "sip:a@b;", "sip:a@b;=x", "sip:a@b;x=", "sip:a@b?",
            "sip:a@b:", "sip:a@b:x", "sip:a@[::1", "sip:a@[x]", "sip:a@[]", "sip:a@@b", "sip:a@b;x=%zz", "tel:",
            "tel:abcxyz", "tel:+1;", "tel:--", "1sip:a@b", "http:", "sip:ü@b", "sip:a@b%00",
        ])
    func `is refused`(_ text: String) {
        #expect(throws: ParseError.self) { try URI(text) }
    }

    @Test func `names of parameters ignore case and escapes`() throws {
        let uri = try URI("sip:a@b;LR;Transport=TCP;n%61me=v%31")
        #expect(uri.parameters["lr"] == "")
        #expect(uri.parameters["transport"] == "TCP")
        #expect(uri.parameters["name"] == "v1")
        #expect(uri.parameters["maddr"] == nil)
        #expect(uri.parameters.all.count == 3)
    }

    @Test func `the same resource is told from another`() throws {
        let uri = try URI("sip:%61lice@AtLanTa.CoM;transport=tcp")
        #expect(uri.names(sameAs: try URI("sip:alice@atlanta.com:5060")))
        #expect(!uri.names(sameAs: try URI("sip:ALICE@atlanta.com")))
        #expect(!uri.names(sameAs: try URI("sips:alice@atlanta.com")))
        #expect(!uri.names(sameAs: try URI("sip:alice@atlanta.com:5070")))
        #expect(!uri.names(sameAs: try URI("sip:atlanta.com")))
        #expect(try URI("urn:a:b").names(sameAs: try URI("URN:A:B")))
    }

    @Test func `a password is not described`() throws {
        #expect(try URI("sip:a:secret@b;c").description == "sip:a:…@b;c")
    }
}
