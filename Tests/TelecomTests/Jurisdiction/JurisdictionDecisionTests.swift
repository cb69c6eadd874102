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

    // MARK: Blocks, local calling areas and ported callers

    /// An exchange of 201 that lies in New York, a block of it in New Jersey; 201-300 reaches 201-301 and 917-300.
    private static let places: NumberPlaces = {
        func us(_ state: String) -> BlockPlace {
            BlockPlace(region: Region(country: .unitedStates, subdivision: place(state)))
        }
        var builder = BlockTableBuilder()
        builder.add(201400, thousands: nil, us("NY"))
        builder.add(201400, thousands: 7, us("NJ"))
        builder.add(917300, thousands: nil, us("NJ"))
        builder.add(416300, thousands: nil, BlockPlace(region: Region(country: .canada, subdivision: place("ON"))))
        builder.add(212876, thousands: nil, BlockPlace(region: Region(country: place("JM"))))
        builder.add(212877, thousands: nil, BlockPlace(lata: "132"))
        return NumberPlaces(
            areaCodes: testAreaCodes, blocks: builder.build(),
            localAreas: LocalCallingAreas([
                (201300, [201301, 917300, 212300]), (416300, [416300]), (201400, [201301]),
            ]))
    }()

    struct Golden: CustomTestStringConvertible {
        let from: String?
        let to: String
        var fromRouting: String?
        var toRouting: String?
        let expected: String
        var testDescription: String { "\(from ?? "nobody") \(fromRouting ?? "") → \(to) \(toRouting ?? "")" }
    }

    @Test(arguments: [
        Golden(from: "+12015550100", to: "+442079460958", expected: "international other_country area_code -"),
        Golden(from: "+12015550100", to: "+18005551212", expected: "toll_free toll_free_number area_code -"),
        Golden(
            from: "+12015550100", to: "+18765550100", expected: "international offshore_country area_code area_code"),
        // A New York number that was ported to an exchange in New Jersey.
        Golden(
            from: "+12015550100", to: "+12125550100", toRouting: "+19735550000",
            expected: "intrastate same_state area_code area_code"),
        Golden(
            from: "+442079460958", to: "+12125550100", expected: "indeterminate caller_not_north_american - area_code"),
        Golden(from: "+18005551212", to: "+12125550100", expected: "indeterminate caller_toll_free - area_code"),
        Golden(from: nil, to: "+12125550100", expected: "indeterminate caller_missing - area_code"),
        // A routing number without a caller is nobody's.
        Golden(
            from: nil, to: "+12125550100", fromRouting: "+12125550000",
            expected: "indeterminate caller_missing - area_code"),
        Golden(from: "+12015550100", to: "+16045550100", expected: "interstate different_states area_code area_code"),
        Golden(from: "+12015550100", to: "+12225550100", expected: "indeterminate called_state_unknown area_code -"),
        // The caller was ported as well: from New York to New Jersey.
        Golden(
            from: "+12125550100", to: "+19735550100", fromRouting: "+12015550000",
            expected: "intrastate same_state area_code area_code"),
        // The block tells better than the area code; a block says so in turn.
        Golden(from: "+12014000100", to: "+12125550100", expected: "intrastate same_state block area_code"),
        Golden(from: "+12014007100", to: "+12125550100", expected: "interstate different_states block area_code"),
        Golden(from: "+19733000100", to: "+19173000100", expected: "intrastate same_state area_code block"),
        Golden(from: "+12015550100", to: "+12128760100", expected: "international offshore_country area_code block"),
        Golden(from: "+12015550100", to: "+12128770100", expected: "interstate different_states area_code area_code"),
        // Local: one state, and listed in that direction.
        Golden(from: "+12013000100", to: "+12013010100", expected: "local local_calling_area area_code area_code"),
        Golden(from: "+12013010100", to: "+12013000100", expected: "intrastate same_state area_code area_code"),
        Golden(from: "+12013000100", to: "+19173000100", expected: "local local_calling_area area_code block"),
        Golden(from: "+12013000100", to: "+12123000100", expected: "interstate different_states area_code area_code"),
        Golden(from: "+12014000100", to: "+12013010100", expected: "interstate different_states block area_code"),
        Golden(from: "+14163000100", to: "+14163000101", expected: "intrastate same_state block block"),
        Golden(
            from: "+12125550100", to: "+12125550101", fromRouting: "+12013000000", toRouting: "+12013010000",
            expected: "local local_calling_area area_code area_code"),
    ])
    func `looks at blocks, local calling areas and both routing numbers`(_ row: Golden) {
        let decision = JurisdictionDecision(
            CallPlaces(
                caller: row.from.map { number($0) }, called: number(row.to),
                callerRoutingNumber: row.fromRouting.map { number($0) },
                routingNumber: row.toRouting.map { number($0) }, places: Self.places))
        let words = [
            decision.jurisdiction.rawValue, decision.reason.rawValue, decision.calling?.source.rawValue ?? "-",
            decision.called?.source.rawValue ?? "-",
        ]
        #expect(words.joined(separator: " ") == row.expected)
    }
}
