import Telecom
import Testing

import struct FoundationEssentials.UUID

/// Ids are unique within a tenant and may be chosen: two tenants whose rows all have the same ids keep apart.
@Suite struct TwoTenantsTests {
    private static let other = uuid(2)
    private static let otherAddress = "192.0.2.20"
    private static let otherCarrierAddress = "198.51.100.20"
    private static let otherNumber = "+12015550200"

    /// The world, with every row of it once more for another tenant, at twice the prices.
    private func world() throws -> World {
        var world = try World()
        let first = world.input
        world.input.tenants.append(TenantRow(id: Self.other))
        func of<Row>(_ rows: [Row], _ path: WritableKeyPath<Row, UUID>) -> [Row] {
            rows.map {
                var row = $0
                row[keyPath: path] = Self.other
                return row
            }
        }
        world.input.accounts += of(first.accounts, \.tenantID)
        world.input.trunks += of(first.trunks, \.tenantID)
        world.input.carrierTrunks += try of(first.carrierTrunks, \.tenantID).map {
            var row = $0
            row.decks = [try table([self.row(8000, "1", "0.031")])]
            return row
        }
        world.input.emergencyRoutes += of(first.emergencyRoutes, \.tenantID)
        world.input.ratePlans += try of(first.ratePlans, \.tenantID).map {
            var row = $0
            row.outbound = try table([self.row(9000, "1", "0.04")])
            row.inbound = try table([self.row(9100, "1", "0.01")])
            return row
        }
        world.input.trunkACL.append(
            TrunkACLRow(tenantID: Self.other, trunkID: World.trunk, block: block(Self.otherAddress)))
        world.input.carrierAddresses.append(
            CarrierAddressRow(
                tenantID: Self.other, carrierTrunkID: World.carrierA, block: block(Self.otherCarrierAddress)))
        world.input.dids.append(
            DIDRow(
                number: number(Self.otherNumber), tenantID: Self.other, accountID: World.account, trunkID: World.trunk))
        return world
    }

    private func row(_ id: Int, _ prefix: String, _ price: String) -> RateRow {
        TelecomTests.row(id, prefix, price)
    }

    @Test func `every row belongs to its own tenant`() throws {
        let world = try world()
        #expect(RoutingSnapshot(world.input).problems == [])

        let mine = world.decide("+13105550100")
        #expect(mine.tenantID == World.tenant)
        #expect(mine.charge?.rateID == uuid(1000))
        #expect(mine.routes.map(\.buyRateID) == [uuid(2100), uuid(2000)])

        let others = world.decide("+13105550100", from: Self.otherAddress)
        #expect(others.tenantID == Self.other)
        #expect(others.charge?.rateID == uuid(9000))
        #expect(others.routes.map(\.buyRateID) == [uuid(8000), uuid(8000), uuid(8000)])
    }

    @Test func `numbers and emergency calls go to their own tenant`() throws {
        let world = try world()
        let mine = world.decide(World.ownNumber, from: World.carrierAddress)
        #expect(mine.tenantID == World.tenant && mine.charge?.rateID == uuid(1100))
        let others = world.decide(Self.otherNumber, from: Self.otherCarrierAddress)
        #expect(others.tenantID == Self.other && others.charge?.rateID == uuid(9100))
        // From the carrier of one tenant there is no way to the number of another.
        #expect(world.decide(Self.otherNumber, from: World.carrierAddress).refusal == .numberNotOurs)
        #expect(world.decide("911", from: Self.otherAddress).tenantID == Self.other)
        #expect(world.decide("911", from: Self.otherAddress).routes.count == 2)
    }

    @Test func `a trunk is explained for its own tenant`() throws {
        let snapshot = RoutingSnapshot(try world().input)
        func rate(of tenant: UUID) -> UUID? {
            snapshot.explain(
                trunkID: World.trunk, of: tenant, dialled: "+13105550100", caller: "+12125550111", at: World.now
            )?.charge?.rateID
        }
        #expect(rate(of: World.tenant) == uuid(1000))
        #expect(rate(of: Self.other) == uuid(9000))
        #expect(rate(of: uuid(3)) == nil)
    }
}
