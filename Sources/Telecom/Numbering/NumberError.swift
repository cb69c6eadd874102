/// Why what was dialled or presented is not a number that can be called. The raw value is stored and shown.
package enum NumberError: String, Error, Sendable, Hashable, CaseIterable {
    case empty
    /// Something that is neither a digit, a visual separator nor a leading `+`.
    case notANumber = "not_a_number"
    /// `*` or `#`: a feature code of the telephone system, not a number.
    case featureCode = "feature_code"
    /// `ext. 9`, `x9`, `;ext=9`: a route leads to a number, not to an extension behind it.
    case extensionNotAllowed = "extension_not_allowed"
    case tooShort = "too_short"
    /// Seven digits in North America: not allowed since 988 made ten digits mandatory.
    case areaCodeMissing = "area_code_missing"
    case tooLong = "too_long"
    /// A country code cannot start with 0.
    case invalidCountryCode = "invalid_country_code"
    /// `0…` or `01…`: calls through the long-distance operator are not offered.
    case operatorCall = "operator_call"
    /// `101XXXX…`: choosing another long-distance carrier is not offered.
    case carrierSelection = "carrier_selection"
    /// The area code starts with 0 or 1, or is a service code (N11).
    case invalidAreaCode = "invalid_area_code"
    /// The area code is held back by the numbering plan: N9X, 37X, 96X, and toll-free codes not opened yet.
    case reservedAreaCode = "reserved_area_code"
    /// The exchange starts with 0 or 1, or is N11 in a geographic area code.
    case invalidExchange = "invalid_exchange"
    /// Well formed, but the area code belongs to nobody.
    case unassignedAreaCode = "unassigned_area_code"

    /// 484 for what can never be a complete number, 404 (Q.850 cause 1, unallocated) for one that nobody has.
    package var sipStatus: Int { self == .unassignedAreaCode ? 404 : 484 }
}
