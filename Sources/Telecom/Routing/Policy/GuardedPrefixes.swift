/// Which numbers only a rule made for them opens: a rule for "1", or for the whole world, was never meant for Jamaica,
/// for a 900 number or for a satellite.
struct GuardedPrefixes: Sendable {
    private let abroad: DatedPrefixes<Int>
    /// Those of ordinary numbers at home, which are few or none.
    private let home: DatedPrefixes<Int>?

    init(_ prefixes: [DigitPrefix], areaCodes: AreaCodeTable) {
        let atHome = prefixes.filter { GuardedPrefixes.isHome($0, areaCodes) }
        abroad = GuardedPrefixes.table(prefixes)
        home = atHome.isEmpty ? nil : GuardedPrefixes.table(atHome)
    }

    /// How many digits a rule must have that opens the number; 0 when any will do.
    func digits(for number: E164, _ kind: NumberKind) -> Int {
        if kind.isHome {
            guard let home else { return 0 }
            return home.longest(of: number, at: 0) { _ in true } ?? 0
        }
        return max(kind.guardDigits(number), abroad.longest(of: number, at: 0) { _ in true } ?? 0)
    }

    private static func table(_ prefixes: [DigitPrefix]) -> DatedPrefixes<Int> {
        DatedPrefixes(prefixes.map { .init(prefix: $0, validity: .always, value: $0.count) })
    }

    /// Whether an ordinary number of the US or Canada, or a toll-free one, may start with it.
    private static func isHome(_ prefix: DigitPrefix, _ areaCodes: AreaCodeTable) -> Bool {
        let digits = prefix.description
        guard digits.hasPrefix("1") else { return digits.isEmpty }
        guard digits.utf8.count >= 4, digits.utf8.count <= 11 else { return digits.utf8.count < 4 }
        let whole = "+" + digits + "2000000".suffix(11 - digits.utf8.count)
        return E164(whole).map { NumberKind($0, areaCodes: areaCodes).isHome } ?? false
    }
}

extension NumberKind {
    /// What may be called where no rule says anything.
    var isHome: Bool { self == .geographic || self == .tollFree }

    /// How many digits tell the kind: the area code, or the exchange where the area code does not (212 976).
    fileprivate func guardDigits(_ number: E164) -> Int {
        switch self {
        case .geographic, .tollFree, .unassigned, .international: 0
        case .offshore, .personal: 4
        case .premium, .nonGeographic:
            NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: number)) == .geographic ? 7 : 4
        }
    }
}
