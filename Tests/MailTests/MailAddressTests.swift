import Testing

@testable import Mail

/// What is an address, and what would break out of where it stands.
@Suite struct MailAddressTests {
    @Test(arguments: [
        "a@x.example", "first.last+tag@mail.x.example", "o'hara@x.example", "root@localhost",
        "a_b-c@xn--bcher-kva.example",
    ])
    func `an address is taken as it is`(text: String) throws {
        let address = try #require(MailAddress(text))
        #expect(address.text == text && "\(address)" == text && address.host == text.split(separator: "@")[1])
    }

    @Test(arguments: [
        "", "a", "@x.example", "a@", "a@b@x.example", "a b@x.example", "a@x example", "a\r\nBcc: b@x.example",
        "a@x.example\n", "<a@x.example>", "\"a b\"@x.example", ".a@x.example", "a..b@x.example", "a@x..example",
        "a@.example", "jörg@x.example", "a@bücher.example", "a@[192.0.2.1]", "a,b@x.example", "a@x_y.example",
        String(repeating: "a", count: 65) + "@x.example", "a@" + String(repeating: "x", count: 64) + ".example",
        "a@" + Array(repeating: "example", count: 40).joined(separator: "."),
    ])
    func `what is none is refused`(text: String) { #expect(MailAddress(text) == nil) }

    @Test(arguments: [
        ("a@x.example", "", "a@x.example"), ("Tidewater <a@x.example>", "Tidewater", "a@x.example"),
        ("Tidewater Voice, Inc.  <a@x.example>", "Tidewater Voice, Inc.", "a@x.example"),
    ])
    func `a sender may have a name`(text: String, name: String, address: String) throws {
        let mailbox = try #require(Mailbox(text))
        #expect(mailbox.name == name && mailbox.address.text == address)
    }

    @Test(arguments: [
        "", "Tidewater", "<a@x.example>", "T <a>", "T\nBcc: b@x.example <a@x.example>", "T <a@x.example> x",
    ])
    func `a name without an address is no sender`(text: String) { #expect(Mailbox(text) == nil) }
}
