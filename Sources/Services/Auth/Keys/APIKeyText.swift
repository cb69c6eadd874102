import Crypto

/// A key for programs as it is shown, once: `hk_`, what it is recognised by, `_`, and what nobody can guess.
package struct APIKeyText: Sendable {
    package let text: String
    /// May be shown: `hk_` and twelve characters.
    package let prefix: String

    private static let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
    private static let mark = "hk_"
    private static let prefixLength = 12
    /// Of 32 characters each: 260 bits.
    private static let secretLength = 52

    /// A new key. The generator is the system's, which is one for secrets.
    package static func make() -> APIKeyText {
        let prefix = mark + randomText(count: prefixLength)
        return APIKeyText(text: "\(prefix)_\(randomText(count: secretLength))", prefix: prefix)
    }

    /// So many letters that nobody can guess, without those that look like others.
    static func randomText(count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<count).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private init(text: String, prefix: String) {
        self.text = text
        self.prefix = prefix
    }

    /// - Returns: `nil` when a text cannot be a key.
    package init?(_ text: String) {
        let prefixEnd = Self.mark.utf8.count + Self.prefixLength
        guard text.utf8.count == prefixEnd + 1 + Self.secretLength, text.hasPrefix(Self.mark),
            text.utf8.dropFirst(Self.mark.utf8.count).enumerated().allSatisfy({ index, byte in
                index == Self.prefixLength ? byte == UInt8(ascii: "_") : Self.letters.contains(byte)
            })
        else { return nil }
        self.init(text: text, prefix: String(text.prefix(prefixEnd)))
    }

    /// What is kept of it.
    package var sha256: [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
}

extension APIKeyText: CustomStringConvertible {
    /// What may be shown.
    package var description: String { "\(prefix)_…" }
}

/// Compares in a time that says nothing about where texts differ.
enum ConstantTime {
    static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for (left, right) in zip(one, other) { difference |= left ^ right }
        return difference == 0
    }
}
