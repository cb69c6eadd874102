import Testing

@testable import Services

struct APIKeyTextTests {
    @Test func `keys differ, and each is read as it was written`() throws {
        var seen: Set<String> = []
        for _ in 0..<200 {
            let key = APIKeyText.make()
            let read = try #require(APIKeyText(key.text))
            #expect(read.prefix == key.prefix && read.sha256 == key.sha256 && key.sha256.count == 32)
            #expect(key.prefix.wholeMatch(of: /[a-z0-9_]{8,16}/) != nil)
            #expect(!"\(key)".contains(key.text.suffix(52)))
            seen.insert(key.text)
        }
        #expect(seen.count == 200)
    }

    @Test func `what no key looks like is none`() {
        let key = APIKeyText.make().text
        let others = [
            "", "hk_", String(key.dropLast()), key + "a", key.uppercased(), "sk" + key.dropFirst(2),
            key.replacing("_", with: "-"), String(key.dropLast()) + "é", String(key.dropLast()) + "l",
        ]
        for other in others { #expect(APIKeyText(other) == nil, "\(other)") }
    }

    @Test(arguments: [([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1], [1, 2], false), ([], [], true)])
    func `bytes are equal or not`(one: [UInt8], other: [UInt8], areEqual: Bool) {
        #expect(ConstantTime.areEqual(one, other) == areEqual)
    }
}
