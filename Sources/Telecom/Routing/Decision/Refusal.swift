/// Why a call is not routed. The order of the cases is the order in which a call is checked: only the first that
/// applies is told. The last group is decided outside, with the money. Limits of channels and call rate are
/// not here: the edge counts them, and refuses by itself.
package enum Refusal: Error, Sendable, Hashable {
    /// Neither an address nor digest tells who is calling.
    case unknownSource
    /// The digest credentials were wrong too often, or are of a user that may not use them here.
    case credentialsRefused
    /// The address is that of one trunk, the credentials are those of another.
    case credentialsOfAnotherTrunk
    /// A carrier sent a call to a number that is not ours.
    case numberNotOurs
    /// There is no trunk for emergency calls; the edge then tries its static route.
    case noEmergencyRoute
    case tenantSuspended
    case accountSuspended
    case trunkSuspended
    /// Our number, but suspended or given back.
    case numberNotInService
    /// Our number, but no trunk with a host is behind it.
    case numberHasNoHost
    case number(NumberError)
    /// A dated rule stops every call of the account, those abroad, or those to the prefix.
    case callingSuspended, internationalSuspended, destinationSuspended
    /// No rule lets the account call the number.
    case destinationNotAllowed
    /// The caller's number is not one that the trunk may present.
    case callerNotAllowed
    case noSellRate
    case destinationBlocked
    /// The price per minute is above the highest that a call may have.
    case rateAboveMaximum
    case noRoute
    /// There would be one, but it is left alone for a while.
    case carriersAway

    /// The account has spent what it may in this hour or day, what calls in progress hold included.
    case spendCap
    case noBalance
    /// A reseller above the account is charged for the call as well, and has nothing left.
    case noBalanceAbove
    case databaseAway

    /// The SIP status that the caller gets.
    package var status: Int {
        switch self {
        case .unknownSource, .credentialsRefused, .credentialsOfAnotherTrunk: 403
        case .tenantSuspended, .accountSuspended, .trunkSuspended: 403
        case .callingSuspended, .internationalSuspended, .destinationSuspended, .destinationNotAllowed: 403
        case .callerNotAllowed, .noSellRate, .destinationBlocked, .rateAboveMaximum, .spendCap: 403
        case .numberNotOurs, .numberNotInService, .numberHasNoHost, .noRoute: 404
        case .number(let error): error.sipStatus
        case .noBalance, .noBalanceAbove: 402
        case .noEmergencyRoute, .carriersAway, .databaseAway: 503
        }
    }

    /// When the caller may try again, in seconds; 0 unless the status is 503.
    package var retryAfterSeconds: Int {
        switch self {
        case .noEmergencyRoute: 1
        case .carriersAway, .databaseAway: 5
        default: 0
        }
    }

    /// The name that is stored with the call and shown: `no_sell_rate`, `number_too_short`.
    package var reason: String {
        switch self {
        case .unknownSource: "unknown_source"
        case .credentialsRefused: "credentials_refused"
        case .credentialsOfAnotherTrunk: "credentials_of_another_trunk"
        case .numberNotOurs: "number_not_ours"
        case .noEmergencyRoute: "no_emergency_route"
        case .tenantSuspended: "tenant_suspended"
        case .accountSuspended: "account_suspended"
        case .trunkSuspended: "trunk_suspended"
        case .numberNotInService: "number_not_in_service"
        case .numberHasNoHost: "number_has_no_host"
        case .number(let error): "number_" + error.rawValue
        case .callingSuspended: "calling_suspended"
        case .internationalSuspended: "international_suspended"
        case .destinationSuspended: "destination_suspended"
        case .destinationNotAllowed: "destination_not_allowed"
        case .callerNotAllowed: "caller_not_allowed"
        case .noSellRate: "no_sell_rate"
        case .destinationBlocked: "destination_blocked"
        case .rateAboveMaximum: "rate_above_maximum"
        case .noRoute: "no_route"
        case .carriersAway: "carriers_away"
        case .spendCap: "spend_cap"
        case .noBalance: "no_balance"
        case .noBalanceAbove: "no_balance_above"
        case .databaseAway: "database_away"
        }
    }
}
