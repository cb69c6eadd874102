import Foundation
import Testing

@testable import Services

/// RFC 9562, section 4.
struct UUIDTextTests {
    @Test(arguments: ["0188a5e0-1234-7fed-8cba-0123456789ab", "0188A5E0-1234-7FED-8CBA-0123456789AB"])
    func `digits in groups are an id`(text: String) {
        #expect(UUID(text: text) == UUID(uuidString: text))
        #expect(UUID(text: text)?.text == text.lowercased())
    }

    @Test func `each id is read as it was written`() {
        for _ in 0..<1_000 {
            let id = UUID()
            #expect(UUID(text: id.text) == id && UUID(text: id.uuidString) == id)
        }
    }

    /// Foundation takes most of them.
    @Test(arguments: [
        "", "0188a5e0", "0188a5e0-0000-7000-8000-0000000000+1", "0188a5e0-0000-7000-8000-0000000000 1",
        "-188a5e0-0000-7000-8000-000000000001", "0188a5e0-0000-7000-8000-00000000000x",
        "0188a5e0-0000-7000-8000-0000000000011", "0188a5e0-0000-7000-8000-00000000000",
        "0188a5e000000-7000-8000-000000000001", "{188a5e0-0000-7000-8000-000000000001}",
        "0188a5e0-0000-7000-8000-00000000000\u{FF11}", "0188a5e0\u{2010}0000-7000-8000-0000000001",
    ])
    func `anything else is none`(text: String) {
        #expect(UUID(text: text) == nil)
    }
}
