/// What a stream can be of.
package enum StreamTopic: String, CaseIterable, Sendable {
    /// Calls that were given routes and have not ended.
    case calls
    /// The money of accounts.
    case balances
    /// Work that waits or is being done.
    case jobs
    /// What happened, as webhooks are told of it.
    case events

    /// What shows it: any of these permissions.
    package var permissions: [String] {
        switch self {
        case .calls: ["cdr:read", "routing:read"]
        case .balances: ["billing:read"]
        case .jobs: ["audit:read"]
        case .events: ["integration:read"]
        }
    }

    /// Whether it is the operator's alone, and of no account.
    package var isOfStaff: Bool { self == .jobs }
}

/// What a stream tells: that something is so by now, or has happened.
package struct StreamMessage: Sendable {
    package let name: String
    /// Where the stream can be taken up again behind it; events have one.
    package var place: StreamPlace?
    /// A JSON document on one line.
    package let data: String
}
