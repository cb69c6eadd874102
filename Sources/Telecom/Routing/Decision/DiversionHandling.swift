/// What a carrier is told of who forwarded a call. The raw value is that of the database.
package enum DiversionHandling: String, Sendable, Hashable, CaseIterable {
    /// What came goes on as it is.
    case keep
    /// A number of ours takes the place of what came.
    case replace
    case remove

    /// The header fields that tell it (RFC 5806, RFC 7044).
    static let headers = ["Diversion", "History-Info"]
}

/// Who forwarded a call, by its own word.
package struct Diversion: Sendable, Hashable {
    /// The reasons of RFC 5806, section 9.1. The raw value is that of the header.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case unknown, unconditional, unavailable, deflection, away
        case userBusy = "user-busy"
        case noAnswer = "no-answer"
        case timeOfDay = "time-of-day"
        case doNotDisturb = "do-not-disturb"
        case followMe = "follow-me"
        case outOfService = "out-of-service"
    }

    /// The user part of whoever forwarded it last.
    package var user: String
    package var reason: Reason

    package init(user: String, reason: Reason = .unknown) {
        self.user = user
        self.reason = reason
    }
}
