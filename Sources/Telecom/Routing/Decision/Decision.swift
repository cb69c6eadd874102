package import struct FoundationEssentials.UUID

/// What becomes of a call, with everything that led to it: enough to answer, to bill and to explain.
package struct Decision: Sendable {
    /// What the edge is to do.
    package enum Outcome: Sendable, Hashable {
        /// `routes` are to be tried in order, once the hold of `charge` has been placed.
        case routed
        case refused(Refusal)
        /// Ask for digest credentials.
        case challenge(stale: Bool)
    }

    /// The raw value is stored and shown.
    package enum Direction: String, Sendable, Hashable, CaseIterable {
        case outbound, inbound, emergency, unknown
    }

    package internal(set) var outcome: Outcome = .refused(.unknownSource)
    package internal(set) var direction: Direction = .unknown
    /// Who is served; nil as far as that is not known.
    package internal(set) var tenantID: UUID?
    package internal(set) var accountID: UUID?
    /// The customer's trunk: the calling one, or for an inbound call the called one.
    package internal(set) var trunkID: UUID?
    /// The carrier trunk that an inbound call came from.
    package internal(set) var originCarrierTrunkID: UUID?
    /// The called number; nil for an emergency code and for what is not a number.
    package internal(set) var called: E164?
    package internal(set) var calledKind: NumberKind?
    package internal(set) var emergency: EmergencyCodeRow.Purpose?
    /// The caller's number, by which the jurisdiction was decided.
    package internal(set) var callerNumber: E164?
    /// What the far end is to see; nil when the call passes unchanged.
    package internal(set) var presentedCaller: CallerIdentity?
    /// What the trunk's rules made of what was dialled and of the caller's number; nil where they changed nothing.
    package internal(set) var translatedCalled: DialString?
    package internal(set) var translatedCaller: DialString?
    /// Who forwarded the call; nil when it says of nobody.
    package internal(set) var diverted: Diverted?
    /// What is known of the porting of the called number and of the caller's; nil where nobody was asked.
    package internal(set) var porting: NumberPorting?
    package internal(set) var callerPorting: NumberPorting?
    /// The rule or limit that the call was refused by; nil for every other refusal.
    package internal(set) var refusingRuleID: UUID?
    /// Both ends, by which every deck decides the jurisdiction.
    var places: CallPlaces?
    /// By the selling table's rules.
    package internal(set) var jurisdiction: JurisdictionDecision?
    /// Nil for emergency calls, which cost nothing, and for calls that were refused before a price was found.
    package internal(set) var charge: Charge?
    /// The chosen carriers first, in the order of the routes; then the others.
    var considered: [Considered] = []
    /// How many routes there are.
    package internal(set) var routeCount = 0
    var destination: Destination?
    package internal(set) var limits = Limits()
    /// How carrier trunks did when it was made; nil when nothing is known of any.
    var health: RouteHealth?
    /// What the positions refer to.
    let snapshot: RoutingSnapshot

    /// The time that rules and prices were chosen by.
    let decidedAt: Int64

    init(_ snapshot: RoutingSnapshot, at now: Int64) {
        self.snapshot = snapshot
        decidedAt = now
    }

    /// Whom a carrier that asks for a number of ours is told.
    package struct Diverted: Sendable, Hashable {
        /// The number that forwarded the call where the trunk may show it, else the trunk's default.
        package let number: E164?
        package let reason: Diversion.Reason
    }

    /// What is to be dialled, and where.
    enum Destination: Sendable {
        /// At the chosen carriers.
        case number(E164)
        case emergencyCode(String)
        /// A customer's trunk.
        case trunk(Int, host: Endpoint, number: E164)
    }

    /// The number that carriers bill by: the routing number of a ported one.
    package var billedNumber: E164? { porting?.routingNumber ?? called }

    /// What is known of the block of the number that carriers bill by.
    package var calledBlock: BlockPlace? { billedNumber.flatMap { snapshot.places.blocks.place(of: $0) } }

    /// Whether the porting of its numbers is worth asking for: a customer's call to a place in North America that the
    /// plan sells, of a tenant that has somebody to ask. Whose request said it already needs no answer.
    package var needsPorting: Bool {
        guard snapshot.asksPorting, direction == .outbound, porting == nil, calledKind == .geographic, charge != nil,
            let tenantID
        else { return false }
        return snapshot.portingTenants.contains(tenantID)
    }

    /// Everybody who was looked at, put into words: the chosen ones first, in the order of the routes.
    package var candidates: [Candidate] { considered.map { snapshot.candidate($0, of: self) } }

    /// The first of them alone.
    package var firstCandidate: Candidate? { considered.first.map { snapshot.candidate($0, of: self) } }

    /// The routes in the order of trying, made when they are asked for.
    package var routes: [Route] { snapshot.routes(of: self) }

    /// What the edge enforces; 0 for no limit.
    package struct Limits: Sendable, Hashable {
        package internal(set) var accountChannels = 0
        package internal(set) var accountCallsPerSecond = 0
        package internal(set) var trunkChannels = 0
        package internal(set) var trunkCallsPerSecond = 0
        /// The trunk's own longest call, or that of the policy.
        package internal(set) var maximumSeconds: Int64 = 0
        package internal(set) var maximumTries = 0
        package internal(set) var maximumPostDialDelayMilliseconds = 0
    }

    /// The longest call, in seconds, for the money that was held; nil when it does not pay for one second.
    /// - Parameters:
    ///   - hold: what was granted; zero when no hold was needed.
    ///   - included: the seconds of bundles that were kept back for it.
    package func maximumDuration(within hold: Money, including included: Int64 = 0) -> Int64? {
        guard let charge else { return limits.maximumSeconds }
        return charge.including(included).maximumDuration(within: hold, atMostSeconds: limits.maximumSeconds)
    }

    /// How many routes an answer has at most: more do not fit a datagram and would not be tried.
    package static let maximumRoutes = 8

    /// Emergency calls are not cut by a trunk's limit, but no dialog lives for ever.
    static let emergencyMaximumSeconds: Int64 = 86_400
}
