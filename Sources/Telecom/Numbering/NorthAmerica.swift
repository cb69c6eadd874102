/// The form of a number of the North American plan: NPA-NXX-XXXX (N = 2–9, X = 0–9).
///
/// Source: NANPA, and the INC guidelines for area codes (N9X, 37X and 96X are held back).
package enum NorthAmerica {
    /// What an area code is for, by the plan alone and without knowing who has it.
    package enum AreaCodeUse: Sendable, Hashable {
        case geographic
        case tollFree
        /// 900.
        case premium
        /// 5XX: personal and machine numbers, paid by the caller.
        case personal
        /// 600 622 … (Canada), 700, 710, 456.
        case nonGeographic
        case reserved
        case invalid
    }

    /// The area code of a number with country code 1.
    package static func areaCode(of number: E164) -> Int { Int(number.digits / 10_000_000 % 1000) }

    /// The exchange (NXX) of a number with country code 1.
    package static func exchange(of number: E164) -> Int { Int(number.digits / 10_000 % 1000) }

    /// What an area code (000…999) is for.
    package static func use(ofAreaCode code: Int) -> AreaCodeUse {
        let (first, second, third) = (code / 100, code / 10 % 10, code % 10)
        if first < 2 || second == 1 && third == 1 { return .invalid }
        if second == 9 { return .reserved }
        switch code {
        case 370...379, 960...969: return .reserved
        case 800, 833, 844, 855, 866, 877, 888: return .tollFree
        case 822, 880...887, 889: return .reserved
        case 900: return .premium
        case 500, 521...529, 532, 533, 535, 538, 542...547, 549, 550, 552...554, 556, 566, 569, 577, 578, 588, 589:
            return .personal
        case 600, 622, 633, 644, 655, 677, 688, 700, 710, 456: return .nonGeographic
        default: return .geographic
        }
    }

    /// Why a number with country code 1 breaks the plan, or nil when it keeps to it.
    package static func problem(with number: E164) -> NumberError? {
        let use = use(ofAreaCode: areaCode(of: number))
        if use == .invalid { return .invalidAreaCode }
        if use == .reserved { return .reservedAreaCode }
        let exchange = exchange(of: number)
        if exchange < 200 { return .invalidExchange }
        // N11 is a service code everywhere but behind toll-free and other non-geographic area codes.
        if use == .geographic, exchange % 100 == 11 { return .invalidExchange }
        return nil
    }
}
