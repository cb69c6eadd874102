/// The jurisdiction of a call, with both places that it was decided by.
package struct JurisdictionDecision: Sendable, Hashable {
    package let jurisdiction: Jurisdiction
    package let reason: JurisdictionReason
    /// Where the caller's number belongs, or its routing number when it was ported; nil when that is not known.
    package let calling: NumberPlace?
    /// Where the called number belongs, or its routing number when it was ported.
    package let called: NumberPlace?

    package var callingRegion: Region? { calling?.region }
    package var calledRegion: Region? { called?.region }

    /// Compares the state of the caller's number with the state of the called number.
    ///
    /// A call is intrastate only when both states are known and equal: an unknown state is never equal to anything.
    package init(_ places: CallPlaces, territories: TerritoryPolicy = .indeterminate) {
        calling = places.calling
        called = places.calledPlace
        let (callingRegion, calledRegion) = (calling?.region, called?.region)
        let decided =
            JurisdictionDecision.byCalled(places.called, calledRegion, territories)
            ?? JurisdictionDecision.byCaller(places.caller, callingRegion, territories)
            ?? JurisdictionDecision.byStates(callingRegion, calledRegion, isLocal: places.isLocal)
        (jurisdiction, reason) = decided
    }

    /// By area codes alone.
    package init(
        caller: E164?, called: E164, routingNumber: E164? = nil, areaCodes: AreaCodeTable,
        territories: TerritoryPolicy = .indeterminate
    ) {
        self.init(
            CallPlaces(
                caller: caller, called: called, routingNumber: routingNumber,
                places: NumberPlaces(areaCodes: areaCodes)), territories: territories)
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

    private static func byStates(_ calling: Region?, _ called: Region?, isLocal: Bool) -> Result {
        guard let calling, let called, isDomestic(calling), isDomestic(called) else {
            return (.indeterminate, .calledStateUnknown)
        }
        if calling.country != called.country { return (.interstate, .differentStates) }
        guard let from = calling.subdivision else { return (.indeterminate, .callingStateUnknown) }
        guard let to = called.subdivision else { return (.indeterminate, .calledStateUnknown) }
        guard from == to else { return (.interstate, .differentStates) }
        return isLocal ? (.local, .localCallingArea) : (.intrastate, .sameState)
    }

    private static func isTollFree(_ number: E164) -> Bool {
        NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: number)) == .tollFree
    }

    private static func isDomestic(_ region: Region) -> Bool {
        region.country == .unitedStates || region.country == .canada
    }
}
