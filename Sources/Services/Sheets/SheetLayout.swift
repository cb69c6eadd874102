/// Which column of a price sheet holds what.
///
/// Carriers name their columns as they like; these are the names seen in NPANXX sheets with a price for each
/// jurisdiction and in A-Z sheets by country and destination. Titles above the header are passed over, except for a
/// date that holds for the whole sheet.
struct SheetLayout: Sendable, Equatable {
    enum Field: String, CaseIterable {
        case code, areaCode, ocn, lata, country, destination
        case rate, interstate, intrastate, local, indeterminate, connectFee
        case increments, initialIncrement, nextIncrement
        case effectiveDate, endDate, status, blocked, disabled, enabled
    }

    let columns: [Field: Int]
    /// What the file calls its columns.
    let names: [String]
    /// What was said above the header of when all rows begin.
    let effective: String?

    /// The names that carriers have used, the better one first: letters and digits alone, in lower case.
    static let aliases: [Field: [String]] = [
        .code: [
            "npanxx", "npanxxx", "npanxxy", "lrnprefix", "prefix", "code", "codes", "dialcode", "dialcodes",
            "dialprefix",
            "destinationcode", "areaprefix", "breakout", "digits", "npa", "countrycode",
        ],
        .areaCode: ["areacode", "citycode", "areacodes", "citycodes", "areacitycode"],
        .ocn: ["ocn", "operatingcompanynumber", "termocn", "terminatingocn", "ocncode", "companycode"],
        .lata: ["lata", "termlata", "terminatinglata", "latacode", "latanumber"],
        .country: ["country", "countryname"],
        .destination: [
            "destination", "destinationname", "description", "area", "areaname", "zone", "location", "routename",
        ],
        .rate: [
            "rate", "price", "ratemin", "costmin", "rateusd", "ratecost", "newrate", "flatrate", "rateperminute",
            "priceperminute", "costminusd", "priceusd", "newprice", "amount", "rateminusd", "cost", "currentrate",
        ],
        .interstate: ["interstate", "inter", "rateinter", "rateinterstate", "interrate", "interstaterate"],
        .intrastate: ["intrastate", "intra", "rateintra", "rateintrastate", "intrarate", "intrastaterate"],
        .local: ["local", "ratelocal", "localrate", "loc"],
        .indeterminate: [
            "indeterminate", "ij", "ind", "indet", "rateij", "rateindeterminate", "indeterminaterate", "unknown",
            "indrate",
            "rateind", "indeterm",
        ],
        .connectFee: [
            "connectfee", "connectionfee", "connectioncost", "connectioncostusd", "setupfee", "callsetup", "surcharge",
            "ratesurcharge", "connectcost",
        ],
        .increments: [
            "increments", "increment", "billingincrement", "billingincrements", "billing", "interval", "inc",
        ],
        .initialIncrement: [
            "initialincrement", "mininc", "minimum", "initialinterval", "rateminimum", "minduration", "firstincrement",
            "initialperiod", "initinc", "minimumduration",
        ],
        .nextIncrement: [
            "nextincrement", "addinc", "nextinterval", "rateincrement", "additionalincrement", "subsequentincrement",
            "nextperiod", "subincrement", "increment",
        ],
        .effectiveDate: [
            "effectivedate", "effective", "effdate", "validfrom", "datestart", "startdate", "effectivefrom", "begins",
            "date",
        ],
        .endDate: [
            "enddate", "expirationdate", "validto", "validtill", "dateend", "expires", "expiry", "effectivetill",
        ],
        .status: ["status", "change", "changetype", "ratestatus", "changes", "action"],
        .blocked: ["blocked", "block", "rejectcalls"],
        .disabled: ["disabled", "isdisabled"],
        .enabled: ["enabled", "isenabled"],
    ]

    /// Records that may stand above the header.
    static let mostTitles = 25

    /// The layout that a header tells; `nil` when the record is none.
    init?(header: [String], effective: String? = nil) {
        let plain = header.map(Self.plain)
        var columns: [Field: Int] = [:]
        for (field, names) in Self.aliases {
            columns[field] = names.lazy.compactMap { plain.firstIndex(of: $0) }.first
        }
        // "Increment" alone is both steps; beside an initial one it is the next.
        if columns[.initialIncrement] == nil {
            if columns[.nextIncrement] == columns[.increments] { columns[.nextIncrement] = nil }
        } else if columns[.nextIncrement] == columns[.increments] {
            columns[.increments] = nil
        }
        let hasPrice = [.rate, .interstate, .intrastate].contains { columns[$0] != nil }
        let hasStanding = [.status, .blocked, .disabled, .enabled].contains { columns[$0] != nil }
        let hasCode = [.code, .ocn, .lata].contains { columns[$0] != nil }
        guard hasCode, hasPrice || hasStanding else { return nil }
        self.columns = columns
        names = header
        self.effective = effective
    }

    /// Reads up to the header.
    /// - Throws: `ImportFailure` when there is none.
    static func read(_ reader: DelimitedReader) throws -> SheetLayout {
        var effective: String?
        var first: [String] = []
        for _ in 0..<mostTitles {
            guard try reader.next() else { break }
            let record = (0..<reader.count).map { reader[$0] }
            if let layout = SheetLayout(header: record, effective: effective) { return layout }
            if first.isEmpty { first = record }
            effective = effective ?? date(in: record)
        }
        let found = first.joined(separator: ", ").forDisplay(120)
        throw ImportFailure(
            """
            no header was found: a sheet needs a column of codes (such as NPANXX, Prefix or Code) and one of prices \
            (such as Rate, or Interstate and Intrastate); it begins with "\(found)"
            """)
    }

    /// What the sheet is priced by: a column of digits counts before companies and areas, which many sheets tell
    /// besides.
    /// - Throws: `ImportFailure` when what is wanted has no column.
    func codes(wanted: SheetCodes?) throws -> SheetCodes {
        if let wanted {
            let needed: [Field] =
                switch wanted {
                case .digits, .npa: [.code]
                case .ocn: [.ocn]
                case .lata: [.lata]
                case .ocnLATA: [.ocn, .lata]
                }
            for field in needed where columns[field] == nil {
                throw ImportFailure(
                    "no column of \(field == .code ? "codes" : field.rawValue.uppercased()) was found; there are "
                        + names.joined(separator: ", ").forDisplay(120))
            }
            return wanted
        }
        if columns[.code] != nil { return .digits }
        return columns[.ocn] == nil ? .lata : columns[.lata] == nil ? .ocn : .ocnLATA
    }

    /// `EFFECTIVE DATE: 2016-04-18 00:00:01 UTC`, in one field or in two.
    private static func date(in record: [String]) -> String? {
        let text = record.joined(separator: " ")
        guard let colon = text.firstIndex(of: ":"),
            aliases[.effectiveDate]?.contains(plain(String(text[..<colon]))) == true
        else { return nil }
        return text[text.index(after: colon)...].drop { $0 == " " }.description
    }

    /// Whether the column of codes is called after area codes of North America.
    var namesNorthAmerica: Bool {
        ["npanxx", "npanxxx", "npanxxy", "lrnprefix", "npa"].contains(codeName)
    }

    /// Whether the codes begin with a country's code by the name of their column, or because the rest of them stands
    /// in another one.
    var namesCountryCodes: Bool {
        codeName == "countrycode" || columns[.areaCode].map { $0 != columns[.code] } ?? false
    }

    /// Whether there are prices between states, as only countries of North America have them.
    var pricesStates: Bool { columns[.interstate] != nil || columns[.intrastate] != nil }

    private var codeName: String? { columns[.code].map { Self.plain(names[$0]) } }

    private static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
