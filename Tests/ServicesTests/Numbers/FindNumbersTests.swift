import Testing

@testable import Services

/// Digits of a number as people look for them.
struct FindNumbersTests {
    @Test(arguments: [
        ("2125", "%2125%"), ("1212*", "+1212%"), ("+1212*", "+1212%"), ("*0100", "%0100"), ("*55*", "%55%"),
    ])
    func `a star stands where more may follow`(text: String, pattern: String) throws {
        #expect(try FindNumbers.pattern(text) == pattern)
    }

    @Test(arguments: ["", "*", "2*5", "a", "%", "1234567890123456", "55_"])
    func `nothing else is a pattern`(text: String) {
        #expect(throws: ResourceFault.self) { try FindNumbers.pattern(text) }
    }
}
