/// What is known of a block of numbers.
package struct BlockPlace: Sendable, Hashable {
    /// Nil where its row names no country, or one of the US and Canada without the state.
    package var region: Region?
    /// The local access and transport area: three to five digits.
    package var lata: String?
    /// Who has it: the operating company number.
    package var companyNumber: String?
    package var rateCentre: String?

    package init(
        region: Region? = nil, lata: String? = nil, companyNumber: String? = nil, rateCentre: String? = nil
    ) {
        self.region = region
        self.lata = lata
        self.companyNumber = companyNumber
        self.rateCentre = rateCentre
    }
}

/// The blocks of country code 1 by their first seven digits (NPA-NXX-Y).
///
/// An exchange is one cell of an array, so that a look-up is one or two reads of memory: the cell says what the
/// exchange is, or where its ten thousands blocks are when they differ. All of North America takes some ten megabytes.
package struct BlockTable: Sendable {
    /// For each exchange the position of its place, or with `hasThousands` that of its first block in `thousands`.
    private let exchanges: [UInt32]
    private let thousands: [UInt32]
    /// The first is for what is not known.
    private let places: [BlockPlace]
    /// Of the places, apart: on the way of a call only these are read.
    private let regions: [Region?]

    package static let empty = BlockTable(exchanges: [], thousands: [], places: [BlockPlace()])

    static let hasThousands: UInt32 = 1 << 31

    init(exchanges: [UInt32], thousands: [UInt32], places: [BlockPlace]) {
        self.exchanges = exchanges
        self.thousands = thousands
        self.places = places
        regions = places.map(\.region)
    }

    package var isEmpty: Bool { exchanges.isEmpty }

    /// Where the number's block is; nil when that is not known.
    package func region(of number: E164) -> Region? { exchanges.isEmpty ? nil : regions[position(of: number)] }

    /// All that is known of the number's block; nil when nothing is.
    package func place(of number: E164) -> BlockPlace? {
        let position = position(of: number)
        return position == 0 ? nil : places[position]
    }

    private func position(of number: E164) -> Int {
        guard !exchanges.isEmpty, let cell = Exchange.cell(of: number) else { return 0 }
        let found = exchanges[cell]
        if found & Self.hasThousands == 0 { return Int(found) }
        return Int(thousands[Int(found & ~Self.hasThousands) + Int(number.digits / 1000 % 10)])
    }
}

/// Makes a table of blocks: what is added later takes the place of what was added before for the same numbers.
package struct BlockTableBuilder {
    private var exchanges: [UInt32] = []
    private var thousands: [UInt32] = []
    private var places = [BlockPlace()]
    private var positions: [BlockPlace: UInt32] = [BlockPlace(): 0]

    package init() {}

    /// - Parameters:
    ///   - exchange: area code and exchange: 212555.
    ///   - digit: the thousands digit; nil for the whole exchange.
    package mutating func add(_ exchange: Int, thousands digit: Int?, _ place: BlockPlace) {
        guard let cell = Exchange.cell(exchange) else { return }
        if exchanges.isEmpty { exchanges = [UInt32](repeating: 0, count: Exchange.cellCount) }
        let position = position(of: place)
        let before = exchanges[cell]
        var first = Int(before & ~BlockTable.hasThousands)
        guard let digit, (0...9).contains(digit) else {
            if before & BlockTable.hasThousands == 0 {
                exchanges[cell] = position
            } else {
                for block in first..<first + 10 { thousands[block] = position }
            }
            return
        }
        if before & BlockTable.hasThousands == 0 {
            first = thousands.count
            thousands.append(contentsOf: repeatElement(before, count: 10))
            exchanges[cell] = UInt32(first) | BlockTable.hasThousands
        }
        thousands[first + digit] = position
    }

    private mutating func position(of place: BlockPlace) -> UInt32 {
        if let known = positions[place] { return known }
        let position = UInt32(places.count)
        places.append(place)
        positions[place] = position
        return position
    }

    /// The table of what was added.
    package func build() -> BlockTable {
        exchanges.isEmpty ? .empty : BlockTable(exchanges: exchanges, thousands: thousands, places: places)
    }
}

/// An exchange of country code 1 (NPA-NXX) as a position in an array: neither part begins with 0 or 1.
enum Exchange {
    static let cellCount = 800 * 800

    /// The cell of 212555; nil where there can be no such exchange.
    static func cell(_ exchange: Int) -> Int? {
        let (areaCode, code) = exchange.quotientAndRemainder(dividingBy: 1000)
        guard (200...999).contains(areaCode), code >= 200 else { return nil }
        return (areaCode - 200) * 800 + code - 200
    }

    static func cell(of number: E164) -> Int? {
        number.isNANP ? cell(Int(number.digits / 10_000 % 1_000_000)) : nil
    }
}
