import Foundation
import Postgres
import Telecom

/// By what a price sheet names what it prices.
package enum SheetCodes: String, Sendable, CaseIterable {
    /// The leading digits of numbers.
    case digits
    /// The same, from an area code of North America on: without the 1 of the country.
    case npa
    /// Companies, by operating company number: all numbers of their blocks.
    case ocn
    /// Local access and transport areas.
    case lata
    /// Companies, each area for itself.
    case ocnLATA = "ocn-lata"
}

/// Which prefixes the blocks of companies and of areas are, for sheets that are priced by these.
///
/// A block changes hands, but a deck is made of digits: the sheet is imported again when new blocks are known.
struct BlockCodes: Sendable {
    struct Code: Hashable, Sendable {
        /// `nil` where the sheet does not go by it.
        let ocn: String?
        let lata: String?
    }

    let codes: SheetCodes
    private let prefixes: [Code: [DigitPrefix]]
    private let ocns: Set<String?>
    private let latas: Set<String?>

    /// - Throws: `ImportFailure` when no blocks are known.
    static func read(_ codes: SheetCodes, at time: Date, _ session: Connection) async throws -> BlockCodes {
        let rows = try await session.run(
            "select ocn, lata, prefixes from routing.code_prefixes(\(codes.rawValue), \(time))",
            deadline: ImportSheet.statementLimit
        ).decode(String?.self, String?.self, [String].self)
        guard !rows.isEmpty else {
            throw ImportFailure(
                "the sheet is priced by \(codes.words), and no block of numbers is known that has one: "
                    + "heddle reference import loads them")
        }
        return BlockCodes(codes, rows.map { (Code(ocn: $0, lata: $1), $2.compactMap { DigitPrefix($0) }) })
    }

    init(_ codes: SheetCodes, _ blocks: [(code: Code, prefixes: [DigitPrefix])]) {
        self.codes = codes
        prefixes = Dictionary(blocks.map { ($0.code, $0.prefixes) }) { $0 + $1 }
        ocns = Set(blocks.map(\.code.ocn))
        latas = Set(blocks.map(\.code.lata))
    }

    func isKnown(ocn: String) -> Bool { ocns.contains(ocn) }

    func isKnown(lata: String) -> Bool { latas.contains(lata) }

    /// None where the company has no block in the area.
    func prefixes(of code: Code) -> [DigitPrefix] { prefixes[code] ?? [] }

    static let ocnForm = "an OCN: four letters or digits"
    static let lataForm = "a LATA: three digits"

    /// Four letters or digits; spreadsheets take the zeros in front away.
    static func ocn(_ text: Substring) -> String? {
        let ocn = text.uppercased()
        guard (1...4).contains(ocn.utf8.count), ocn.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            return nil
        }
        let missing = 4 - ocn.utf8.count
        return missing == 0 || Int(ocn) != nil ? String(repeating: "0", count: missing) + ocn : nil
    }

    /// Three digits.
    static func lata(_ text: Substring) -> String? {
        text.utf8.count == 3 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? String(text) : nil
    }
}

extension SheetCodes {
    var areDigits: Bool { self == .digits || self == .npa }
    var usesOCN: Bool { self == .ocn || self == .ocnLATA }
    var usesLATA: Bool { self == .lata || self == .ocnLATA }

    /// The column that a line cannot do without.
    var field: SheetLayout.Field { areDigits ? .code : usesOCN ? .ocn : .lata }

    fileprivate var words: String {
        switch self {
        case .digits, .npa: "digits"
        case .ocn: "OCN"
        case .lata: "LATA"
        case .ocnLATA: "OCN and LATA"
        }
    }
}
