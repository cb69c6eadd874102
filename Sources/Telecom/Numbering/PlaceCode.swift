/// A country (ISO 3166-1 alpha-2, `US`) or a subdivision of one (`NJ`, `QC`), packed into four bytes so that comparing
/// two on the way of a call is one comparison of integers.
package struct PlaceCode: Sendable, Hashable {
    private let packed: UInt32

    /// - Returns: nil unless the text is one to four ASCII letters or digits; lower case becomes upper case.
    package init?(_ text: some StringProtocol) {
        var packed: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            var letter = byte
            if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter) { letter -= 32 }
            let isDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter)
            guard isDigit || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter), count < 4 else { return nil }
            packed = packed << 8 | UInt32(letter)
            count += 1
        }
        guard count > 0 else { return nil }
        self.packed = packed
    }

    /// A code written in the program.
    init(_ literal: StaticString) {
        guard let code = PlaceCode(literal.description) else { preconditionFailure("\(literal) is not a place code") }
        self = code
    }

    package static let unitedStates = PlaceCode("US" as StaticString)
    package static let canada = PlaceCode("CA" as StaticString)
}

extension PlaceCode: CustomStringConvertible {
    package var description: String {
        var letters: [Character] = []
        for shift in stride(from: 24, through: 0, by: -8) {
            let byte = UInt8(truncatingIfNeeded: packed >> UInt32(shift))
            if byte != 0 { letters.append(Character(Unicode.Scalar(byte))) }
        }
        return String(letters)
    }
}

/// Where a number belongs: a country and, in the US and Canada, its state or province.
package struct Region: Sendable, Hashable, CustomStringConvertible {
    package let country: PlaceCode
    package let subdivision: PlaceCode?

    package init(country: PlaceCode, subdivision: PlaceCode? = nil) {
        self.country = country
        self.subdivision = subdivision
    }

    /// Whether this is a territory of the US (AS, GU, MP, PR, VI), for which decks have rules of their own.
    package var isUSTerritory: Bool {
        guard country == .unitedStates, let subdivision else { return false }
        return Region.territories.contains(subdivision)
    }

    private static let territories: [PlaceCode] = ["AS", "GU", "MP", "PR", "VI"].compactMap { PlaceCode($0 as String) }

    /// `US-NJ`, or `JM` where there is no subdivision.
    package var description: String { subdivision.map { "\(country)-\($0)" } ?? country.description }
}
