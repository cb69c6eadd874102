import Telecom
import Testing

@Suite struct JurisdictionDecisionTests {
    struct Row: CustomTestStringConvertible {
        let from: String?
        let to: String
        var ported: String?
        var territories = TerritoryPolicy.indeterminate
        let jurisdiction: Jurisdiction
        let reason: JurisdictionReason
        var testDescription: String { "\(from ?? "nobody") → \(to) \(ported ?? "") \(territories)" }
    }

    @Test(arguments: [
        Row(from: "+12015550100", to: "+19735550100", jurisdiction: .intrastate, reason: .sameState),
        Row(from: "+12015550100", to: "+12125550100", jurisdiction: .interstate, reason: .differentStates),
        // Ported from New York to an exchange in New Jersey.
        Row(
            from: "+12015550100", to: "+12125550100", ported: "+19735550000", jurisdiction: .intrastate,
            reason: .sameState),
        Row(from: "+14165550100", to: "+16475550100", jurisdiction: .intrastate, reason: .sameState),
        Row(from: "+14165550100", to: "+15145550100", jurisdiction: .interstate, reason: .differentStates),
        Row(from: "+12015550100", to: "+16045550100", jurisdiction: .interstate, reason: .differentStates),
        Row(from: "+442079460958", to: "+12125550100", jurisdiction: .indeterminate, reason: .callerNotNorthAmerican),
        Row(from: "+18005551212", to: "+12125550100", jurisdiction: .indeterminate, reason: .callerTollFree),
        Row(from: nil, to: "+12125550100", jurisdiction: .indeterminate, reason: .callerMissing),
        Row(from: "+18765550100", to: "+12125550100", jurisdiction: .indeterminate, reason: .callerOffshore),
        Row(from: "+12225550100", to: "+12125550100", jurisdiction: .indeterminate, reason: .callingStateUnknown),
        Row(from: "+15005550100", to: "+12125550100", jurisdiction: .indeterminate, reason: .callingStateUnknown),
        // One or both states unknown, even the same unknown one, is never intrastate.
        Row(from: "+12015550100", to: "+12225550100", jurisdiction: .indeterminate, reason: .calledStateUnknown),
        Row(from: "+12225550100", to: "+12225550100", jurisdiction: .indeterminate, reason: .calledStateUnknown),
        Row(from: "+12015550100", to: "+19005550100", jurisdiction: .indeterminate, reason: .calledStateUnknown),
        Row(from: "+12015550100", to: "+18005551212", jurisdiction: .tollFree, reason: .tollFreeNumber),
        Row(from: nil, to: "+18885551212", jurisdiction: .tollFree, reason: .tollFreeNumber),
        Row(from: "+12015550100", to: "+442079460958", jurisdiction: .international, reason: .otherCountry),
        Row(from: "+12015550100", to: "+18765550100", jurisdiction: .international, reason: .offshoreCountry),
        // Territories by policy.
        Row(from: "+12015550100", to: "+17875550100", jurisdiction: .indeterminate, reason: .calledTerritory),
        Row(from: "+17875550100", to: "+12015550100", jurisdiction: .indeterminate, reason: .callingTerritory),
        Row(
            from: "+12015550100", to: "+17875550100", territories: .states, jurisdiction: .interstate,
            reason: .differentStates),
        Row(
            from: "+19395550100", to: "+17875550100", territories: .states, jurisdiction: .intrastate,
            reason: .sameState),
        Row(
            from: "+12015550100", to: "+16715550100", territories: .international, jurisdiction: .international,
            reason: .calledTerritory),
        Row(
            from: "+16715550100", to: "+12015550100", territories: .international, jurisdiction: .indeterminate,
            reason: .callingTerritory),
    ])
    func `compares the states of both ends`(_ row: Row) {
        let decision = JurisdictionDecision(
            caller: row.from.map { number($0) }, called: number(row.to), routingNumber: row.ported.map { number($0) },
            areaCodes: testAreaCodes, territories: row.territories)
        #expect(decision.jurisdiction == row.jurisdiction)
        #expect(decision.reason == row.reason)
    }

    @Test func `keeps both places`() {
        let decision = JurisdictionDecision(
            caller: number("+12015550100"), called: number("+12125550100"), areaCodes: testAreaCodes)
        #expect(decision.callingRegion?.description == "US-NJ")
        #expect(decision.calledRegion?.description == "US-NY")
    }

    @Test func `the US and Canada are never one state, even where the province is unknown`() {
        let areaCodes = AreaCodeTable([
            AreaCodeRow(areaCode: 201, region: Region(country: .unitedStates, subdivision: place("NJ"))),
            AreaCodeRow(areaCode: 867, region: Region(country: .canada)),
        ])
        func decide(_ from: String, _ to: String) -> JurisdictionDecision {
            JurisdictionDecision(caller: number(from), called: number(to), areaCodes: areaCodes)
        }
        #expect(decide("+12015550100", "+18675550100").jurisdiction == .interstate)
        #expect(decide("+18675550100", "+12015550100").jurisdiction == .interstate)
        #expect(decide("+18675550100", "+18675550100").reason == .callingStateUnknown)
    }

    @Test func `without a table nothing in North America is determined`() {
        let decision = JurisdictionDecision(
            caller: number("+12015550100"), called: number("+12015550101"), areaCodes: .empty)
        #expect(decision.jurisdiction == .indeterminate)
    }
}
