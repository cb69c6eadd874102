/// The jurisdiction of a call, with both places that it was decided by.
package struct JurisdictionDecision: Sendable, Hashable {
    package let jurisdiction: Jurisdiction
    package let reason: JurisdictionReason
    /// Where the caller's number belongs, when that is known.
    package let callingRegion: Region?
    /// Where the called number belongs, or its routing number when it was ported.
    package let calledRegion: Region?

    /// Compares the state of the caller's number with the state of the called number.
    ///
    /// A call is intrastate only when both states are known and equal: an unknown state is never equal to anything.
    /// - Parameters:
    ///   - caller: the number that the far end sees; nil when there is none or it is not a number.
    ///   - called: the number that was dialled.
    ///   - routingNumber: the number of the exchange that serves a ported number, when it was looked up.
    package init(
        caller: E164?, called: E164, routingNumber: E164? = nil, areaCodes: AreaCodeTable,
        territories: TerritoryPolicy = .indeterminate
    ) {
        let calledRegion = areaCodes.region(of: routingNumber ?? called)
        let callingRegion = caller.flatMap { areaCodes.region(of: $0) }
        self.calledRegion = calledRegion
        self.callingRegion = callingRegion
        let decided =
            JurisdictionDecision.byCalled(called, calledRegion, territories)
            ?? JurisdictionDecision.byCaller(caller, callingRegion, territories)
            ?? JurisdictionDecision.byStates(callingRegion, calledRegion)
        (jurisdiction, reason) = decided
    }

    private typealias Result = (Jurisdiction, JurisdictionReason)

    /// What the called number decides alone.
    private static func byCalled(_ called: E164, _ region: Region?, _ territories: TerritoryPolicy) -> Result? {
        guard called.isNANP else { return (.international, .otherCountry) }
        if isTollFree(called) { return (.tollFree, .tollFreeNumber) }
        guard let region else { return (.indeterminate, .calledStateUnknown) }
        guard isDomestic(region) else { return (.international, .offshoreCountry) }
        guard region.isUSTerritory else { return nil }
        switch territories {
        case .states: return nil
        case .indeterminate: return (.indeterminate, .calledTerritory)
        case .international: return (.international, .calledTerritory)
        }
    }

    /// What makes the caller's number useless for a comparison.
    private static func byCaller(_ caller: E164?, _ region: Region?, _ territories: TerritoryPolicy) -> Result? {
        guard let caller else { return (.indeterminate, .callerMissing) }
        guard caller.isNANP else { return (.indeterminate, .callerNotNorthAmerican) }
        if isTollFree(caller) { return (.indeterminate, .callerTollFree) }
        guard let region else { return (.indeterminate, .callingStateUnknown) }
        guard isDomestic(region) else { return (.indeterminate, .callerOffshore) }
        if region.isUSTerritory, territories != .states { return (.indeterminate, .callingTerritory) }
        return nil
    }

    private static func byStates(_ calling: Region?, _ called: Region?) -> Result {
        guard let calling, let called, isDomestic(calling), isDomestic(called) else {
            return (.indeterminate, .calledStateUnknown)
        }
        if calling.country != called.country { return (.interstate, .differentStates) }
        guard let from = calling.subdivision else { return (.indeterminate, .callingStateUnknown) }
        guard let to = called.subdivision else { return (.indeterminate, .calledStateUnknown) }
        return from == to ? (.intrastate, .sameState) : (.interstate, .differentStates)
    }

    private static func isTollFree(_ number: E164) -> Bool {
        NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: number)) == .tollFree
    }

    private static func isDomestic(_ region: Region) -> Bool {
        region.country == .unitedStates || region.country == .canada
    }
}
