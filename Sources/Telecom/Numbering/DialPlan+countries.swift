// The dialling habits of the countries that we have a rule for. Source: ITU-T operational bulletins, "dialling
// procedures". A country without a row is dialled with `+` or 00 and the country code.

extension DialPlan {
    /// The plan of the US; Canada and the rest of country code 1 dial in the same way.
    package static let northAmerica = DialPlan(country: .unitedStates)

    /// The plan for numbers dialled in a country.
    package init(country: PlaceCode) {
        let row = DialPlan.table[country] ?? DialPlan.unknown
        self.country = country
        callingCode = DigitRun(row.callingCode) ?? DigitRun()
        internationalPrefixes = row.international.compactMap { DigitRun($0) }
        trunkPrefix = row.trunk.flatMap { DigitRun($0) }
        nationalLengths = row.lengths
    }

    private struct Row {
        var callingCode: String
        var international = ["00"]
        var trunk: String? = "0"
        var lengths: ClosedRange<Int>
    }

    /// No national form is understood: the length that would make one is impossible.
    private static let unknown = Row(callingCode: "", trunk: nil, lengths: 99...99)

    /// 00 is accepted beside 011, because European telephone systems behind an American trunk send it.
    private static let northAmericanRow = Row(
        callingCode: "1", international: ["011", "00"], trunk: "1", lengths: 10...10)

    private static let table: [PlaceCode: Row] = {
        var table: [PlaceCode: Row] = [:]
        func add(_ countries: String, _ row: Row) {
            for country in countries.split(separator: " ") {
                if let code = PlaceCode(country) { table[code] = row }
            }
        }
        add("US CA AG AI AS BB BM BS DM DO GD GU JM KN KY LC MP MS PR SX TC TT VC VG VI", northAmericanRow)
        add("GB", Row(callingCode: "44", lengths: 9...10))
        add("IE", Row(callingCode: "353", lengths: 7...9))
        add("DE", Row(callingCode: "49", lengths: 5...12))
        add("FR", Row(callingCode: "33", lengths: 9...9))
        add("NL", Row(callingCode: "31", lengths: 9...9))
        add("BE", Row(callingCode: "32", lengths: 8...9))
        add("CH", Row(callingCode: "41", lengths: 9...9))
        add("AU", Row(callingCode: "61", international: ["0011"], lengths: 9...9))
        add("NZ", Row(callingCode: "64", lengths: 8...10))
        add("IN", Row(callingCode: "91", lengths: 10...10))
        add("JP", Row(callingCode: "81", international: ["010"], lengths: 9...10))
        // Italian numbers keep their leading zero abroad, so it is no trunk prefix there.
        add("IT", Row(callingCode: "39", trunk: nil, lengths: 6...11))
        add("ES", Row(callingCode: "34", trunk: nil, lengths: 9...9))
        add("PT", Row(callingCode: "351", trunk: nil, lengths: 9...9))
        add("DK", Row(callingCode: "45", trunk: nil, lengths: 8...8))
        add("NO", Row(callingCode: "47", trunk: nil, lengths: 8...8))
        add("MX", Row(callingCode: "52", trunk: nil, lengths: 10...10))
        return table
    }()
}
