extension RateTable {
    /// Whether a table prices a number, and by which prefix: what a decision makes of a match, without a call.
    package enum Pricing: Sendable, Hashable {
        case priced(DigitPrefix)
        /// By a blocked row.
        case blocked
        /// The prefix is too general for such a number (see `NumberKind.needsAreaCodeRate`).
        case tooGeneral
        /// No row in effect.
        case absent
    }

    /// - Parameter kind: of the number dialled; nil where it is not known, and then any prefix will do.
    package func pricing(of number: E164, _ kind: NumberKind?, at microseconds: Int64) -> Pricing {
        guard case .found(let match) = lookUp(number, at: microseconds) else { return .absent }
        if match.isBlocked { return .blocked }
        let needsAreaCode = kind?.needsAreaCodeRate ?? false
        return needsAreaCode && match.prefix.count < OutboundCall.areaCodeDigits ? .tooGeneral : .priced(match.prefix)
    }
}
