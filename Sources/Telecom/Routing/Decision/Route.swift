package import struct FoundationEssentials.UUID

/// One try: where the call is sent and by which rules.
package struct Route: Sendable {
    /// The carrier trunk, or nil for a call to a customer.
    package let carrierTrunkID: UUID?
    /// The customer's trunk, or nil for a call to a carrier.
    package let customerTrunkID: UUID?
    /// The deck row by which the carrier bills.
    package let buyRateID: UUID?
    /// The user part of the request URI.
    package let user: String
    /// What follows the number there of its porting (RFC 4694): `;npdi;rn=+12015550000`.
    package let numberParameters: String
    /// The user part of From, where the carrier's rules write the caller's number in another way; nil for the usual.
    package let fromUser: String?
    package let endpoint: Endpoint
    /// 0 for no limit.
    package let maximumChannels: Int
    package let callsPerSecond: Int
    package let responseTimerMilliseconds: Int
    package let ringTimerMilliseconds: Int
    /// The plain codes after which the next route is tried, ascending.
    package let rerouteCodes: [Int]
    /// Whole header lines to add, each ending in CR LF.
    package let headers: String
    /// Names of header fields that the far end does not get.
    package let removedHeaders: [String]

    /// The request URI: `sip:+442079460958@192.0.2.1:5060`.
    package var uri: String {
        if numberParameters.isEmpty { return "sip:" + user + "@" + endpoint.authority }
        // Whoever reads parameters has to know that it is a number that they belong to (RFC 3261, 19.1.6).
        return "sip:" + user + numberParameters + "@" + endpoint.authority + ";user=phone"
    }
}

extension Route {
    init(to carrier: RoutingSnapshot.CarrierTrunk, user: String, sent: Sent, buyRateID: UUID?) {
        let trunk = carrier.row
        carrierTrunkID = trunk.id
        customerTrunkID = nil
        self.buyRateID = buyRateID
        self.user = user
        numberParameters = sent.numberParameters
        fromUser = sent.fromUser
        endpoint = trunk.endpoint
        maximumChannels = trunk.maximumChannels
        callsPerSecond = trunk.callsPerSecond
        responseTimerMilliseconds = trunk.responseTimerMilliseconds
        ringTimerMilliseconds = trunk.ringTimerMilliseconds
        rerouteCodes = carrier.rerouteCodes
        headers = sent.headers + trunk.headerRules.added
        removedHeaders = sent.removedHeaders + trunk.headerRules.removed
    }

    /// The way to a customer: there is no other, so nothing reroutes.
    init(to trunk: TrunkRow, at endpoint: Endpoint, number: E164) {
        carrierTrunkID = nil
        customerTrunkID = trunk.id
        buyRateID = nil
        user = trunk.numberFormat.text(number)
        numberParameters = ""
        fromUser = nil
        self.endpoint = endpoint
        maximumChannels = 0
        callsPerSecond = 0
        responseTimerMilliseconds = 4_000
        ringTimerMilliseconds = 120_000
        rerouteCodes = []
        headers = trunk.headerRules.added
        removedHeaders = trunk.headerRules.removed
    }
}
