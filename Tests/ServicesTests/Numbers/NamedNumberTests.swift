import Testing

@testable import Services

/// How a request names a number.
struct NamedNumberTests {
    @Test func `a number is told with its field, its value and what is expected`() throws {
        #expect(try NamedNumber.read("+12125550100", "key") == "+12125550100")
        for wrong in ["12125550100", "+1 212 555 0100", "+", "+0123", "+1234567890123456", ""] {
            let fault = ResourceFault([.init("key", wrong, expected: NamedNumber.expected)])
            #expect(throws: fault) { try NamedNumber.read(wrong, "key") }
        }
    }

    @Test func `of a list all that are wrong are told, and what is there twice`() throws {
        let fault = ResourceFault([
            .init("numbers", pointer: "/numbers/1", "x", expected: NamedNumber.expected),
            .init("numbers", pointer: "/numbers/2", "+12125550100", expected: "each number once"),
        ])
        #expect(throws: fault) { try NamedNumber.read(["+12125550100", "x", "+12125550100"], "numbers") }
        #expect(try NamedNumber.read([], "numbers") == [])
    }
}
