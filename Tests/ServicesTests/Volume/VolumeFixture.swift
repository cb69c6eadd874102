import Foundation
import Telecom

@testable import Services

/// A small plan, and a table of area codes that is enough for it.
enum VolumeFixture {
    static let areaCodes: [AreaCodeRow] = [
        (201, "NJ"), (202, "DC"), (206, "WA"), (212, "NY"), (213, "CA"), (214, "TX"), (303, "CO"), (305, "FL"),
        (312, "IL"), (404, "GA"), (415, "CA"), (512, "TX"), (602, "AZ"), (617, "MA"), (646, "NY"), (702, "NV"),
        (704, "NC"), (713, "TX"), (773, "IL"), (917, "NY"),
    ].map { AreaCodeRow(areaCode: $0.0, region: Region(country: .unitedStates, subdivision: PlaceCode($0.1))) }

    /// Two weeks from a Monday on.
    static func plan(calls: Int = 20_000, seed: UInt64 = 1, tenant: String = "volume") -> VolumePlan {
        var plan = VolumePlan()
        plan.tenant = tenant
        plan.accounts = 60
        plan.calls = calls
        plan.days = 14
        plan.numbers = 100
        plan.carriers = 4
        plan.campaigns = 5
        plan.seed = seed
        plan.untilDay = VolumePlan.day("2026-11-16")
        return plan
    }

    static func maker(_ plan: VolumePlan = plan()) -> CallMaker {
        CallMaker(VolumeMarket(plan, areaCodes: areaCodes))
    }
}

extension VolumeCall {
    /// All that is stored of it, to compare with another.
    var everything: String { String(reflecting: self) }
}
