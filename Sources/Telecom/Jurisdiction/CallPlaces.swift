/// The two ends of a call, looked up once: what its jurisdiction is decided by, under any deck's policy.
package struct CallPlaces: Sendable, Hashable {
    let caller: E164?
    let called: E164
    /// Where the caller's number belongs, or its routing number when it was ported; nil when that is not known.
    package let calling: NumberPlace?
    /// Where the called number belongs, or its routing number when it was ported.
    package let calledPlace: NumberPlace?
    /// The calling exchange reaches the called one as a local call; only looked for within one state of the US.
    let isLocal: Bool

    /// - Parameters:
    ///   - caller: the number that the far end sees; nil when there is none or it is not a number.
    ///   - called: the number that was dialled.
    ///   - callerRoutingNumber: the number of the exchange that serves the caller, when that was ported.
    ///   - routingNumber: the number of the exchange that serves the called number, when that was ported.
    package init(
        caller: E164?, called: E164, callerRoutingNumber: E164? = nil, routingNumber: E164? = nil,
        places: borrowing NumberPlaces
    ) {
        self.caller = caller
        self.called = called
        let from = caller == nil ? nil : callerRoutingNumber ?? caller
        let to = routingNumber ?? called
        if let from { calling = places.place(of: from) } else { calling = nil }
        calledPlace = places.place(of: to)
        if !places.localAreas.isEmpty, let from, let region = calling?.region, region == calledPlace?.region,
            region.country == .unitedStates, region.subdivision != nil
        {
            isLocal = places.localAreas.reaches(from: from, to: to)
        } else {
            isLocal = false
        }
    }
}
