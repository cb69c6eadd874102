import Telecom
import Testing

@Suite struct IPAddressTests {
    struct Row: CustomTestStringConvertible {
        let text: String
        let written: String
        var testDescription: String { text }
    }

    @Test(arguments: [
        Row(text: "192.0.2.1", written: "192.0.2.1"), Row(text: "0.0.0.0", written: "0.0.0.0"),
        Row(text: "255.255.255.255", written: "255.255.255.255"), Row(text: "::", written: "::"),
        Row(text: "::1", written: "::1"), Row(text: "2001:db8::", written: "2001:db8::"),
        Row(text: "2001:DB8:0:0:0:0:0:1", written: "2001:db8::1"), Row(text: "[2001:db8::1]", written: "2001:db8::1"),
        Row(text: "2001:db8:0:1:1:1:1:1", written: "2001:db8:0:1:1:1:1:1"),
        Row(text: "2001:0:0:1:0:0:0:1", written: "2001:0:0:1::1"),
        Row(text: "::ffff:192.0.2.1", written: "192.0.2.1"), Row(text: "::ffff:c000:201", written: "192.0.2.1"),
        Row(text: "64:ff9b::192.0.2.33", written: "64:ff9b::c000:221"),
        Row(text: "1:2:3:4:5:6:7:8", written: "1:2:3:4:5:6:7:8"),
    ])
    func `reads and writes`(_ row: Row) {
        let address = IPAddress(row.text)
        #expect(address?.description == row.written)
        #expect(IPAddress(row.written) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "1.2.3.-4", "a.b.c.d", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::", "g::", "fe80::1%eth0", "[::1", "[192.0.2.1]", "::1.2.3",
        "1.2.3.4::", "1:2:3:4:5:6:7::8:9", "+1::", "localhost",
    ])
    func `refuses anything else`(_ text: String) { #expect(IPAddress(text) == nil) }

    struct Inside: CustomTestStringConvertible {
        let block: String
        let address: String
        let isInside: Bool
        var testDescription: String { "\(address) in \(block)" }
    }

    @Test(arguments: [
        Inside(block: "192.0.2.0/24", address: "192.0.2.255", isInside: true),
        Inside(block: "192.0.2.0/24", address: "192.0.3.0", isInside: false),
        Inside(block: "192.0.2.7/24", address: "192.0.2.1", isInside: true),
        Inside(block: "192.0.2.7", address: "192.0.2.7", isInside: true),
        Inside(block: "192.0.2.7", address: "192.0.2.8", isInside: false),
        Inside(block: "0.0.0.0/0", address: "203.0.113.9", isInside: true),
        Inside(block: "0.0.0.0/0", address: "::1", isInside: false),
        Inside(block: "::/0", address: "2001:db8::1", isInside: true),
        Inside(block: "::/0", address: "192.0.2.1", isInside: false),
        Inside(block: "2001:db8::/32", address: "2001:db8:ffff::", isInside: true),
        Inside(block: "2001:db8::/127", address: "2001:db8::2", isInside: false),
        Inside(block: "::ffff:192.0.2.0/120", address: "192.0.2.9", isInside: true),
    ])
    func `a block contains its addresses`(_ row: Inside) {
        #expect(block(row.block).contains(address(row.address)) == row.isInside)
    }

    @Test(arguments: ["", "/8", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/", "::/129", "192.0.2.0/+8", "1.2.3.4/8/8"])
    func `refuses a damaged block`(_ text: String) { #expect(AddressBlock(text) == nil) }
}
