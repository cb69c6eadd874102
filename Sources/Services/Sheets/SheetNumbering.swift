import Telecom

/// What the codes of a sheet begin with: a country's code, or an area code of North America without the 1 before it.
enum SheetNumbering: Sendable {
    case withCountryCode
    case northAmerican
    /// Nothing tells, and 234 is Nigeria or Ohio.
    case unclear

    /// - Parameter wanted: what whoever reads the sheet says of it.
    init(_ layout: SheetLayout, wanted: SheetCodes?) {
        if wanted == .digits {
            self = .withCountryCode
        } else if wanted == .npa || layout.namesNorthAmerica {
            self = .northAmerican
        } else if !layout.pricesStates || layout.namesCountryCodes {
            self = .withCountryCode
        } else {
            self = .unclear
        }
    }

    /// The code with its country's code. No area code begins with 1, so that none is doubled.
    func complete(_ digits: String) throws(CodeList.Problem) -> String {
        switch self {
        case .withCountryCode: return digits
        case .northAmerican:
            if digits.first == "1" { return digits }
            let use = Self.areaCodeUse(digits)
            guard let use, use != .invalid else { throw CodeList.Problem(Self.areaForm) }
            return "1" + digits
        case .unclear:
            if let use = Self.areaCodeUse(digits), use != .invalid, use != .reserved {
                throw CodeList.Problem(Self.clearForm)
            }
            return digits
        }
    }

    static let areaForm = "3 to 10 digits from an area code of North America on, with or without a 1 before it"
    static let clearForm =
        "codes that cannot be read in two ways: --codes digits takes them with their country's code, "
        + "--codes npa as area codes of North America"

    /// `nil` for what is too short or too long to begin with an area code.
    private static func areaCodeUse(_ digits: String) -> NorthAmerica.AreaCodeUse? {
        guard (3...10).contains(digits.utf8.count) else { return nil }
        return Int(digits.prefix(3)).map { NorthAmerica.use(ofAreaCode: $0) }
    }
}
