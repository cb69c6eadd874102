/// What kind of number it is, as far as price and permission care. The raw value is stored and shown.
package enum NumberKind: String, Sendable, Hashable, CaseIterable {
    /// A place in the US, its territories or Canada.
    case geographic
    /// Another country that shares country code 1, such as Jamaica: an international call.
    case offshore
    case tollFree = "toll_free"
    /// 900 and the premium exchange 976.
    case premium
    /// 5XX.
    case personal
    /// 456, 600 … 688, 700, 710, and the exchanges 950, 958, 959 (carrier access and test lines).
    case nonGeographic = "non_geographic"
    /// Any other country code.
    case international
    /// Country code 1 with an area code that belongs to nobody.
    case unassigned

    /// Whether only a rate made for the number's own area code may price it: a row for "1" was never meant for Jamaica
    /// or for a 900 number, and rating by "starts with 1" is how carriers lose money on them.
    package var needsAreaCodeRate: Bool {
        switch self {
        case .offshore, .premium, .personal, .nonGeographic: true
        case .geographic, .tollFree, .international, .unassigned: false
        }
    }
}

extension NumberKind {
    /// The kind of a number that `NorthAmerica.problem(with:)` has nothing against.
    package init(_ number: E164, areaCodes: AreaCodeTable) {
        guard number.isNANP else {
            self = .international
            return
        }
        switch NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: number)) {
        case .tollFree: self = .tollFree
        case .premium: self = .premium
        case .personal: self = .personal
        case .nonGeographic: self = .nonGeographic
        case .invalid, .reserved: self = .unassigned
        case .geographic: self = NumberKind(geographic: number, areaCodes: areaCodes)
        }
    }

    private init(geographic number: E164, areaCodes: AreaCodeTable) {
        switch NorthAmerica.exchange(of: number) {
        case 976: self = .premium
        case 950, 958, 959: self = .nonGeographic
        default:
            guard let region = areaCodes.region(of: number) else {
                // Without any table nothing is known to be unassigned.
                self = areaCodes.isEmpty ? .geographic : .unassigned
                return
            }
            let isDomestic = region.country == .unitedStates || region.country == .canada
            self = isDomestic ? .geographic : .offshore
        }
    }
}
