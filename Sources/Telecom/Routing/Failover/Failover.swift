/// What to do after a carrier's final response to an INVITE, before anybody answered.
///
/// What says "this carrier cannot" is tried elsewhere, what says "this call cannot" is not, and a code that is not
/// listed stops the hunt, because a second carrier reaches the same telephone:
///
///     reroute  no response, transport failure, 500 501 502 503 504 513 580
///              408          when nothing rang
///              480          with a Q.850 cause of the network, or without any Reason when nothing rang
///              488          once in a call
///              403, 404     from a carrier that says them for "no route"
///     stop     everything else: 2xx, 486, 487, 600, 603, 604, 607, 608, 484, 410, 416, 428, 436, 437, 438 …,
///              and 401, 407, which are also an alarm
///
/// The published rules of carriers and of session border controllers differ; this is what they agree upon, with the
/// Q.850 causes as mapped to SIP by RFC 3398.
package enum Failover {
    /// What makes a carrier's 403 or 404 mean "I have no route" and not "this call is refused".
    package struct Flags: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let forbiddenMeansNoRoute = Flags(rawValue: 1)
        package static let notFoundMeansNoRoute = Flags(rawValue: 2)
    }

    /// How a try at a carrier ended.
    package enum Ending: Sendable, Hashable {
        /// A final response with this code.
        case response(Int)
        /// Nothing came within the response timer, or the ring timer ran out.
        case timeout
        /// The message could not be sent.
        case transportFailure
    }

    /// Everything that the rule looks at.
    package struct Reply: Sendable, Hashable {
        package var ending: Ending
        /// A 180 or 183 was seen from this carrier: somebody's telephone may have rung.
        package var sawRinging: Bool
        /// The cause of a `Reason: Q.850;cause=…` header.
        package var q850Cause: Int?
        /// There was a Reason header of any kind.
        package var hasReason: Bool
        /// How many 488 this call has had before this one.
        package var earlier488Count: Int

        package init(
            _ ending: Ending, sawRinging: Bool = false, q850Cause: Int? = nil, hasReason: Bool = false,
            earlier488Count: Int = 0
        ) {
            self.ending = ending
            self.sawRinging = sawRinging
            self.q850Cause = q850Cause
            self.hasReason = hasReason || q850Cause != nil
            self.earlier488Count = earlier488Count
        }
    }

    /// What to do next.
    package enum Verdict: String, Sendable, Hashable {
        /// The carrier's fault: try the next one.
        case reroute
        /// The hunt is over; the caller gets this code.
        case stop
    }

    /// The codes that reroute for every carrier and without any condition.
    package static let alwaysReroute = [500, 501, 502, 503, 504, 513, 580]

    /// Q.850 causes in a 480 that speak of the network and not of the called party: destination out of order, no
    /// circuit, network out of order, temporary failure, congestion, channel not available, resource unavailable,
    /// bearer capability not available.
    package static let networkCauses: Set<Int> = [27, 34, 38, 41, 42, 44, 47, 58]

    /// The plain codes that reroute for a carrier, ascending: what a route carries to the edge. The conditional ones
    /// (408, 480, 488) are decided by the edge in the same way as by `verdict(on:flags:)`.
    package static func rerouteCodes(for flags: Flags) -> [Int] {
        (flags.contains(.forbiddenMeansNoRoute) ? [403] : [])
            + (flags.contains(.notFoundMeansNoRoute) ? [404] : []) + alwaysReroute
    }

    /// What a carrier's reply means for the hunt.
    package static func verdict(on reply: Reply, flags: Flags) -> Verdict {
        switch reply.ending {
        case .transportFailure: .reroute
        // After ringing, no answer is the called party's doing.
        case .timeout, .response(408): reply.sawRinging ? .stop : .reroute
        case .response(480): isNetworkUnavailable(reply) ? .reroute : .stop
        // Another carrier may know the codec; two that do not are answer enough.
        case .response(488): reply.earlier488Count == 0 ? .reroute : .stop
        case .response(403): flags.contains(.forbiddenMeansNoRoute) ? .reroute : .stop
        case .response(404): flags.contains(.notFoundMeansNoRoute) ? .reroute : .stop
        case .response(let code): alwaysReroute.contains(code) ? .reroute : .stop
        }
    }

    /// Whether the carrier's answer means that our account at the carrier is wrong, which somebody must be told.
    package static func isAlarm(_ ending: Ending) -> Bool { ending == .response(401) || ending == .response(407) }

    private static func isNetworkUnavailable(_ reply: Reply) -> Bool {
        if let cause = reply.q850Cause { return networkCauses.contains(cause) }
        return !reply.hasReason && !reply.sawRinging
    }

    /// What the caller gets when every carrier failed by a fault of its own, or said what is not for the caller.
    package static let noCarrierCode = 503
    package static let noCarrierReason = "No carrier available"

    /// The code for the caller after a hunt: the first one that is not a carrier's fault, else 503.
    ///
    /// A redirect would send the caller past us, and a challenge asks for our credentials: they are not passed on.
    package static func callerCode(after tries: [(reply: Reply, flags: Flags)]) -> Int {
        for (reply, flags) in tries where verdict(on: reply, flags: flags) == .stop {
            guard case .response(let code) = reply.ending else { return 408 }
            return (300..<400).contains(code) || isAlarm(reply.ending) ? noCarrierCode : code
        }
        return noCarrierCode
    }
}
