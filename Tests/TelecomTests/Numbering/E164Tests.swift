import Telecom
import Testing

@Suite struct E164Tests {
    @Test(arguments: ["+12", "+14155552671", "+442079460958", "+123456789012345"])
    func `reads and writes`(_ text: String) {
        let number = E164(text)
        #expect(number?.description == text)
        #expect(number?.digitCount == text.utf8.count - 1)
    }

    @Test(arguments: [
        "", "+", "+1", "+0123456", "14155552671", "+1234567890123456", "+1-415", "++1415", "+1415x", " +1415", "+٤٤",
        "+99999999999999999999999",
    ])
    func `refuses anything else`(_ text: String) { #expect(E164(text) == nil) }

    @Test func `knows country code 1`() {
        #expect(number("+14155552671").isNANP)
        #expect(!number("+1415555267").isNANP)
        #expect(!number("+442079460958").isNANP)
        #expect(!number("+141555526712").isNANP)
    }
}
