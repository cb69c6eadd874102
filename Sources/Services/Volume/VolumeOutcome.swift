/// How calls end, and how often.
struct VolumeOutcome: Sendable {
    let code: Int
    let reason: String
    /// Who ended it; of an answered call it is drawn.
    let hangup: String
    let rings: Bool
    let share: Double

    var isAnswered: Bool { code == 200 }
    var isRefused: Bool { hangup == "router" }
    /// No carrier took it: all were tried.
    var isExhausted: Bool { code == 503 }

    /// Calls of customers: a little more than half of them are answered.
    static let outbound = VolumeOutcomes([
        VolumeOutcome(code: 200, reason: "OK", hangup: "", rings: true, share: 53.5),
        VolumeOutcome(code: 480, reason: "Temporarily Unavailable", hangup: "carrier", rings: true, share: 10),
        VolumeOutcome(code: 408, reason: "Request Timeout", hangup: "edge", rings: true, share: 4),
        VolumeOutcome(code: 487, reason: "Request Terminated", hangup: "cancel", rings: true, share: 13),
        VolumeOutcome(code: 487, reason: "Request Terminated", hangup: "cancel", rings: false, share: 2),
        VolumeOutcome(code: 486, reason: "Busy Here", hangup: "carrier", rings: false, share: 8.5),
        VolumeOutcome(code: 404, reason: "Not Found", hangup: "carrier", rings: false, share: 3),
        VolumeOutcome(code: 484, reason: "Address Incomplete", hangup: "carrier", rings: false, share: 0.5),
        VolumeOutcome(code: 503, reason: "No carrier available", hangup: "carrier", rings: false, share: 3),
        VolumeOutcome(code: 603, reason: "Decline", hangup: "carrier", rings: true, share: 1),
        VolumeOutcome(code: 403, reason: "Forbidden", hangup: "router", rings: false, share: 1),
        VolumeOutcome(code: 402, reason: "Payment Required", hangup: "router", rings: false, share: 0.5),
    ])

    /// Calls to customers: more of them are answered, none is refused.
    static let inbound = VolumeOutcomes([
        VolumeOutcome(code: 200, reason: "OK", hangup: "", rings: true, share: 62),
        VolumeOutcome(code: 480, reason: "Temporarily Unavailable", hangup: "carrier", rings: true, share: 16),
        VolumeOutcome(code: 487, reason: "Request Terminated", hangup: "cancel", rings: true, share: 14),
        VolumeOutcome(code: 486, reason: "Busy Here", hangup: "carrier", rings: false, share: 6),
        VolumeOutcome(code: 503, reason: "Service Unavailable", hangup: "carrier", rings: false, share: 2),
    ])
}

/// Outcomes to draw from.
struct VolumeOutcomes: Sendable {
    private let all: [VolumeOutcome]
    private let cumulative: [Double]

    init(_ all: [VolumeOutcome]) {
        self.all = all
        var sum = 0.0
        cumulative = all.map { outcome in
            sum += outcome.share
            return sum
        }
    }

    func draw(_ random: inout SplitMix64) -> VolumeOutcome {
        all[cumulative.firstIndexOfSorted(above: random.uniform() * cumulative[cumulative.count - 1])]
    }
}
