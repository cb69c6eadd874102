package import struct FoundationEssentials.UUID

/// All that a call may come to in a flow: the versions that it may run, and what their nodes point at.
package struct FlowWorld: Sendable {
    /// By version.
    package var flows: [UUID: Flow] = [:]
    /// Which version of a flow is served.
    package var served: [UUID: UUID] = [:]
    package var schedules: [UUID: FlowSchedule] = [:]
    package var targets: [UUID: FlowTarget] = [:]
    package var groups: [UUID: FlowGroup] = [:]
    /// The call's.
    package var campaign: FlowCampaign?
    package var areaCodes = AreaCodeTable.empty
    /// By whom they are of.
    package private(set) var caps: [UUID: [FlowCap]] = [:]

    package init() {}

    /// Adds a limit.
    package mutating func add(_ cap: FlowCap) { caps[cap.owner, default: []].append(cap) }

    /// Why none of some can take a call, by their caps.
    func refusal(by owners: [UUID]) -> FlowIneligible? {
        for owner in owners {
            for cap in caps[owner] ?? [] where cap.campaign == nil || cap.campaign == campaign?.id {
                if let refusal = cap.refusal { return refusal }
            }
        }
        return nil
    }
}
