/// Which of a deck's prices a call falls under. The raw value is stored and shown.
package enum Jurisdiction: String, Sendable, Hashable, CaseIterable {
    case interstate
    case intrastate
    /// Intrastate, and the called exchange is in the local calling area of the calling one; in the US only.
    case local
    case indeterminate
    case international
    case tollFree = "toll_free"
}

/// Why the jurisdiction is what it is. The raw value is stored with the call, for disputes.
package enum JurisdictionReason: String, Sendable, Hashable, CaseIterable {
    case otherCountry = "other_country"
    /// A country other than the US and Canada that shares country code 1.
    case offshoreCountry = "offshore_country"
    case tollFreeNumber = "toll_free_number"
    case sameState = "same_state"
    case differentStates = "different_states"
    /// The same state, and an exchange that the caller's reaches as a local call.
    case localCallingArea = "local_calling_area"
    case calledTerritory = "called_territory"
    case callingTerritory = "calling_territory"
    /// The called area code has no state: unknown, or not geographic.
    case calledStateUnknown = "called_state_unknown"
    case callerMissing = "caller_missing"
    case callerNotNorthAmerican = "caller_not_north_american"
    case callerTollFree = "caller_toll_free"
    /// The calling area code has no state: unknown, or not geographic.
    case callingStateUnknown = "calling_state_unknown"
    case callerOffshore = "caller_offshore"
}

/// How a deck treats the territories of the US (AS, GU, MP, PR, VI), at either end: carriers differ.
package enum TerritoryPolicy: String, Sendable, Hashable, CaseIterable {
    /// The indeterminate price, in both directions: what is published most often.
    case indeterminate
    /// As if they were states.
    case states
    /// A call to one is international; a call from one is indeterminate.
    case international
}
