package import struct FoundationEssentials.UUID

// What the router needs of a tenant's carriers.

/// A way to a carrier: a row of `routing.carrier_trunks` with its carrier's status.
package struct CarrierTrunkRow: Sendable {
    package var id: UUID
    package var tenantID: UUID
    /// For people: in the explanation of a route.
    package var name: String
    package var status: ServiceStatus
    package var carrierStatus: ServiceStatus
    /// The partitions that the trunk is in: an account that is limited to partitions must share one of them.
    package var partitionIDs: Set<UUID>
    /// The decks by which the carrier bills, of which the one with the longest prefix counts; without any, only
    /// emergency calls go there.
    package var decks: [RateTable]
    /// Whether it takes calls from our customers; one that does not may still send calls or take emergency calls.
    package var carriesOutbound: Bool
    package var endpoint: Endpoint
    package var numberFormat: NumberFormat
    package var identityHeader: IdentityHeader
    /// What it is told of who forwarded a call.
    package var diversion: DiversionHandling
    /// For every call to this trunk.
    package var headerRules: HeaderRules
    /// At equal cost: the lower first, then the heavier first.
    package var priority: Int
    package var weight: Int
    /// 0 for no limit.
    package var maximumChannels: Int
    package var callsPerSecond: Int
    /// How long to wait for any response, and then for an answer.
    package var responseTimerMilliseconds: Int
    package var ringTimerMilliseconds: Int
    package var failover: Failover.Flags
    /// What profiles choose by.
    package var tags: Set<String> = []
    package var callers = CallerRequirement()
    /// Those that it takes.
    package var codecs = CodecSet.any
    /// Whether it is told what is known of the called number's porting.
    package var sendsPorting = false

    package init(
        id: UUID, tenantID: UUID, name: String, status: ServiceStatus = .active,
        carrierStatus: ServiceStatus = .active, partitionIDs: Set<UUID> = [], decks: [RateTable] = [],
        carriesOutbound: Bool = true, endpoint: Endpoint,
        numberFormat: NumberFormat = NumberFormat(), identityHeader: IdentityHeader = .assertedIdentity,
        diversion: DiversionHandling = .keep, headerRules: HeaderRules = HeaderRules(), priority: Int = 100,
        weight: Int = 100, maximumChannels: Int = 0,
        callsPerSecond: Int = 0, responseTimerMilliseconds: Int = 2_000, ringTimerMilliseconds: Int = 60_000,
        failover: Failover.Flags = []
    ) {
        self.id = id
        self.tenantID = tenantID
        self.name = name
        self.status = status
        self.carrierStatus = carrierStatus
        self.partitionIDs = partitionIDs
        self.decks = decks
        self.carriesOutbound = carriesOutbound
        self.endpoint = endpoint
        self.numberFormat = numberFormat
        self.identityHeader = identityHeader
        self.diversion = diversion
        self.headerRules = headerRules
        self.priority = priority
        self.weight = weight
        self.maximumChannels = maximumChannels
        self.callsPerSecond = callsPerSecond
        self.responseTimerMilliseconds = responseTimerMilliseconds
        self.ringTimerMilliseconds = ringTimerMilliseconds
        self.failover = failover
    }
}

/// An address from which a carrier sends calls to our numbers.
package struct CarrierAddressRow: Sendable {
    package var tenantID: UUID
    package var carrierTrunkID: UUID
    package var block: AddressBlock
    /// Nil for any.
    package var port: Int?

    package init(tenantID: UUID, carrierTrunkID: UUID, block: AddressBlock, port: Int? = nil) {
        self.tenantID = tenantID
        self.carrierTrunkID = carrierTrunkID
        self.block = block
        self.port = port
    }
}

/// A carrier trunk that takes emergency calls.
package struct EmergencyRouteRow: Sendable {
    package var tenantID: UUID
    package var carrierTrunkID: UUID
    /// Nil for callers in every country.
    package var country: PlaceCode?
    /// The lower first.
    package var priority: Int

    package init(tenantID: UUID, carrierTrunkID: UUID, country: PlaceCode? = nil, priority: Int = 100) {
        self.tenantID = tenantID
        self.carrierTrunkID = carrierTrunkID
        self.country = country
        self.priority = priority
    }
}

/// Who vouches for the caller's number towards a carrier.
package enum IdentityHeader: String, Sendable, Hashable, CaseIterable {
    /// `P-Asserted-Identity` (RFC 3325).
    case assertedIdentity = "p_asserted_identity"
    /// `Remote-Party-ID`, for old equipment.
    case remoteParty = "remote_party_id"
    case none
}
