package import struct FoundationEssentials.UUID

/// A call that comes into a flow.
package struct FlowCall: Sendable, Hashable {
    /// An earlier call of the caller in the campaign.
    package struct Contact: Sendable, Hashable {
        package let target: UUID
        package let buyer: UUID
        /// In microseconds since 1970.
        package let connectedAt: Int64
        package let convertedAt: Int64?

        package init(target: UUID, buyer: UUID, connectedAt: Int64, convertedAt: Int64? = nil) {
            self.target = target
            self.buyer = buyer
            self.connectedAt = connectedAt
            self.convertedAt = convertedAt
        }
    }

    /// nil when it is withheld.
    package var caller: E164?
    package var called: E164?
    /// Whether the caller called before, as the campaign counts.
    package var isRepeat = false
    /// The newest last.
    package var contacts: [Contact] = []
    /// That it came in with.
    package var tags: [String: String] = [:]
    /// In place of the first values that the flow gives them.
    package var variables: [String: String] = [:]
    /// What chance begins with.
    package var seed: UInt64 = 0

    package init() {}

    /// What is known of it without anybody's setting it.
    func facts(in world: FlowWorld) -> [String: String] {
        var facts = ["is_repeat": String(isRepeat)]
        facts["caller"] = caller?.description
        facts["called"] = called?.description
        facts["campaign"] = world.campaign?.name
        facts["previous_target"] = contacts.last.flatMap { world.targets[$0.target]?.name }
        if let caller, caller.isNANP { facts["caller_area_code"] = String(NorthAmerica.areaCode(of: caller)) }
        let region = caller.flatMap { world.areaCodes.region(of: $0) }
        facts["caller_country"] = region?.country.description
        facts["caller_state"] = region?.subdivision?.description
        return facts
    }
}
