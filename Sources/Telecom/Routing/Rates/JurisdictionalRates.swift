/// The per-minute prices of one deck row, by jurisdiction.
package struct JurisdictionalRates: Sendable, Hashable {
    /// The interstate price, which toll-free calls take too, and the only price of a row that does not distinguish.
    package let interstate: Rate
    /// The price of calls that leave the country; nil when the row has the interstate price for all.
    package let international: Rate?
    /// Nil when the row does not distinguish.
    package let intrastate: Rate?
    package let indeterminate: Rate?
    package let local: Rate?

    package init(
        interstate: Rate, international: Rate? = nil, intrastate: Rate? = nil, indeterminate: Rate? = nil,
        local: Rate? = nil
    ) {
        self.interstate = interstate
        self.international = international
        self.intrastate = intrastate
        self.indeterminate = indeterminate
        self.local = local
    }

    /// The price that holds for a jurisdiction. A local call without a local price is an intrastate call.
    package func rate(for jurisdiction: Jurisdiction, indeterminate policy: IndeterminatePolicy) -> Rate {
        let withinState = intrastate ?? interstate
        switch jurisdiction {
        case .interstate, .tollFree: return interstate
        case .international: return international ?? interstate
        case .intrastate: return withinState
        case .local: return local ?? withinState
        case .indeterminate:
            switch policy {
            case .own: return indeterminate ?? max(interstate, withinState)
            case .highest: return max(interstate, withinState)
            case .intrastate: return withinState
            case .interstate: return interstate
            }
        }
    }
}

/// Which price an indeterminate call gets. Carriers' contracts differ, so it is a setting of every deck.
package enum IndeterminatePolicy: String, Sendable, Hashable, CaseIterable {
    /// The row's own indeterminate price; where it has none, the higher of the other two, which never costs more than
    /// was expected.
    case own
    case intrastate
    /// The higher of interstate and intrastate.
    case highest
    case interstate
}
