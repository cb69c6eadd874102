import Telecom
import Testing

/// A trunk abroad dials as people do there, whatever the country of its account.
@Suite struct TrunkCountryTests {
    struct Row: CustomTestStringConvertible {
        /// Nil for the account's.
        let country: String?
        let dialled: String
        var caller = "+12125550111"
        /// The number that is called; nil for what is none, or an emergency.
        var called: String?
        var isEmergency = false
        var presented = "+12125550111"
        var testDescription: String { "\(country ?? "-") \(dialled) \(caller)" }
    }

    @Test(arguments: [
        Row(country: "GB", dialled: "020 7946 0958", called: "+442079460958"),
        Row(
            country: "GB", dialled: "02079460958", caller: "01632 960123", called: "+442079460958",
            presented: "+441632960123"),
        Row(country: "GB", dialled: "0012125550100", called: "+12125550100"),
        Row(country: "GB", dialled: "999", isEmergency: true),
        Row(country: "GB", dialled: "112", isEmergency: true),
        Row(country: "GB", dialled: "988"),
        Row(country: nil, dialled: "(212) 555-0100", called: "+12125550100"),
        Row(country: nil, dialled: "020 7946 0958"),
        Row(country: nil, dialled: "999"),
        Row(country: nil, dialled: "988", isEmergency: true),
    ])
    func `a trunk dials by its own country`(_ row: Row) throws {
        var world = try World()
        world.input.emergencyCodes.append(
            EmergencyCodeRow(country: place("GB"), code: "999", purpose: .emergency))
        world.input.trunks[0].country = row.country.map { place($0) }
        let decision = world.decide(row.dialled, caller: row.caller)
        #expect(decision.called == row.called.map { number($0) })
        #expect(decision.direction == (row.isEmergency ? .emergency : .outbound))
        #expect((decision.outcome == .routed) == (row.called != nil || row.isEmergency))
        if decision.outcome == .routed { #expect(decision.presentedCaller?.number == number(row.presented)) }
    }

    @Test func `an emergency route of a country takes the calls of trunks there`() throws {
        var world = try World()
        world.input.trunks[0].country = place("GB")
        world.input.emergencyRoutes[0].country = place("GB")
        world.input.emergencyRoutes[1].country = .unitedStates
        #expect(world.decide("112").routes.map(\.carrierTrunkID) == [World.carrierB])
        world.input.trunks[0].country = nil
        #expect(world.decide("112").routes.map(\.carrierTrunkID) == [World.carrierA])
    }
}
