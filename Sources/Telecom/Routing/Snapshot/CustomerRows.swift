package import struct FoundationEssentials.UUID

// What the router needs of a tenant's customers. Whoever loads a snapshot fills these from the database; rows of
// suspended accounts and trunks belong in it too, because they may still call emergency services.

/// Whether an account, trunk or carrier may be used. The raw value is that of the database.
package enum ServiceStatus: String, Sendable, Hashable, CaseIterable {
    case active, suspended, closed
}

/// An operator, as in `core.tenants`.
package struct TenantRow: Sendable {
    package var id: UUID
    package var status: ServiceStatus
    /// Whose dialling habits hold for numbers without a country code.
    package var country: PlaceCode
    /// How many carriers are tried for a call, and for how long until one rings.
    package var maximumTries: Int
    package var maximumPostDialDelayMilliseconds: Int

    package init(
        id: UUID, status: ServiceStatus = .active, country: PlaceCode = .unitedStates, maximumTries: Int = 4,
        maximumPostDialDelayMilliseconds: Int = 10_000
    ) {
        self.id = id
        self.status = status
        self.country = country
        self.maximumTries = maximumTries
        self.maximumPostDialDelayMilliseconds = maximumPostDialDelayMilliseconds
    }
}

/// A customer, as in `accounts.accounts`.
package struct AccountRow: Sendable {
    package var id: UUID
    package var tenantID: UUID
    package var status: ServiceStatus
    /// Whose dialling habits hold; nil for the tenant's.
    package var country: PlaceCode?
    /// The rate plans by time; of several in effect the first counts.
    package var ratePlans: [(validity: Validity, ratePlanID: UUID)]
    /// Concurrent calls, and new calls in a second, of all trunks together; 0 for no limit.
    package var maximumChannels: Int
    package var callsPerSecond: Int
    /// The partitions whose carrier trunks the account may use; empty for all carrier trunks of the tenant.
    package var partitionIDs: Set<UUID>
    /// Calls may cost more than they bring.
    package var allowsLoss: Bool

    package init(
        id: UUID, tenantID: UUID, status: ServiceStatus = .active, country: PlaceCode? = nil,
        ratePlans: [(validity: Validity, ratePlanID: UUID)] = [], maximumChannels: Int = 0, callsPerSecond: Int = 0,
        partitionIDs: Set<UUID> = [], allowsLoss: Bool = false
    ) {
        self.id = id
        self.tenantID = tenantID
        self.status = status
        self.country = country
        self.ratePlans = ratePlans
        self.maximumChannels = maximumChannels
        self.callsPerSecond = callsPerSecond
        self.partitionIDs = partitionIDs
        self.allowsLoss = allowsLoss
    }
}

/// What a customer pays, as in `billing.rate_plans` with its `voice_rates`.
package struct RatePlanRow: Sendable {
    package var id: UUID
    package var tenantID: UUID
    /// Carriers whose deck is in another one are not used: nothing converts.
    package var currency: String
    /// For how long money is held when a call starts.
    package var holdSeconds: Int64
    /// The call length at which routes are compared: a minute price says little when increments differ.
    package var expectedTalkSeconds: Int64
    package var marginFloor: MarginFloor
    /// The prices of calls to the world, and of calls to the account's numbers; nil when there are none.
    package var outbound: RateTable?
    package var inbound: RateTable?
    /// What it says of calls beside their prices; nil for nothing. Holds go by it.
    package var outboundExtras: ExtrasTable?
    package var inboundExtras: ExtrasTable?
    /// The seconds that it includes; nil for none.
    package var bundles: BundleTable?

    package init(
        id: UUID, tenantID: UUID, currency: String = "USD", holdSeconds: Int64 = 3600,
        expectedTalkSeconds: Int64 = 180, marginFloor: MarginFloor = .zero, outbound: RateTable? = nil,
        inbound: RateTable? = nil
    ) {
        self.id = id
        self.tenantID = tenantID
        self.currency = currency
        self.holdSeconds = holdSeconds
        self.expectedTalkSeconds = expectedTalkSeconds
        self.marginFloor = marginFloor
        self.outbound = outbound
        self.inbound = inbound
    }
}

/// How a trunk proves who it is.
package enum TrunkAuthentication: String, Sendable, Hashable, CaseIterable {
    /// By its address alone.
    case address
    /// By digest alone, from anywhere.
    case digest
    /// Both must pass.
    case addressAndDigest = "address_and_digest"
}

/// A customer's trunk: where calls come from and, with a host, where calls to the account's numbers go.
package struct TrunkRow: Sendable {
    package var id: UUID
    package var tenantID: UUID
    package var accountID: UUID
    package var status: ServiceStatus
    /// Whose dialling habits and emergency codes hold for its calls; nil for the account's.
    package var country: PlaceCode?
    package var authentication: TrunkAuthentication
    /// The digest users; each is unique among all trunks of the platform.
    package var digestUsers: [String]
    /// 0 for no limit.
    package var maximumChannels: Int
    package var callsPerSecond: Int
    package var maximumDurationSeconds: Int64
    /// For how long money is held when a call starts; nil as the rate plan says.
    package var holdSeconds: Int64?
    package var callerID: CallerIDRule
    /// The pool that the replacement of a caller's number is picked from; nil for the account's default pool, if any.
    package var callerPoolID: UUID?
    /// Its word on the porting of called numbers counts (`SignalledPorting`).
    package var trustsPorting: Bool
    /// Where calls to the account's numbers are sent; nil when the trunk only calls.
    package var host: Endpoint?
    /// How numbers are written towards this trunk.
    package var numberFormat: NumberFormat
    /// For every call to this trunk.
    package var headerRules: HeaderRules

    package init(
        id: UUID, tenantID: UUID, accountID: UUID, status: ServiceStatus = .active, country: PlaceCode? = nil,
        authentication: TrunkAuthentication = .address, digestUsers: [String] = [], maximumChannels: Int = 0,
        callsPerSecond: Int = 0, maximumDurationSeconds: Int64 = 14_400, holdSeconds: Int64? = nil,
        callerID: CallerIDRule = CallerIDRule(), callerPoolID: UUID? = nil,
        trustsPorting: Bool = false, host: Endpoint? = nil,
        numberFormat: NumberFormat = NumberFormat(), headerRules: HeaderRules = HeaderRules()
    ) {
        self.id = id
        self.tenantID = tenantID
        self.accountID = accountID
        self.status = status
        self.country = country
        self.authentication = authentication
        self.digestUsers = digestUsers
        self.maximumChannels = maximumChannels
        self.callsPerSecond = callsPerSecond
        self.maximumDurationSeconds = maximumDurationSeconds
        self.holdSeconds = holdSeconds
        self.callerID = callerID
        self.callerPoolID = callerPoolID
        self.trustsPorting = trustsPorting
        self.host = host
        self.numberFormat = numberFormat
        self.headerRules = headerRules
    }
}

/// An address from which a trunk calls, as in `routing.trunk_acl`.
package struct TrunkACLRow: Sendable {
    package var tenantID: UUID
    package var trunkID: UUID
    package var block: AddressBlock
    /// Nil for any.
    package var port: Int?
    package var transport: Endpoint.Transport?
    /// What is dialled before the number to choose this trunk among several at one address; empty for nothing.
    package var techPrefix: String

    package init(
        tenantID: UUID, trunkID: UUID, block: AddressBlock, port: Int? = nil,
        transport: Endpoint.Transport? = nil, techPrefix: String = ""
    ) {
        self.tenantID = tenantID
        self.trunkID = trunkID
        self.block = block
        self.port = port
        self.transport = transport
        self.techPrefix = techPrefix
    }
}

/// A number of ours, as in `numbers.dids`.
package struct DIDRow: Sendable {
    package var number: E164
    package var tenantID: UUID
    package var accountID: UUID
    /// Where calls to it go; nil when nowhere yet.
    package var trunkID: UUID?
    package var status: ServiceStatus

    package init(
        number: E164, tenantID: UUID, accountID: UUID, trunkID: UUID?, status: ServiceStatus = .active
    ) {
        self.number = number
        self.tenantID = tenantID
        self.accountID = accountID
        self.trunkID = trunkID
        self.status = status
    }
}
