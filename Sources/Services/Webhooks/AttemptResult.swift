import Foundation

/// What came of an attempt to deliver an event.
struct AttemptResult: Sendable {
    /// Why it failed (`integration.attempt_error`).
    enum Failure: String, Sendable {
        case addressRefused = "address_refused"
        case dns
        case connect
        case tls
        case timeout
        case status
        case redirect
        case tooLarge = "too_large"
        case ours = "internal"
    }

    var address: String?
    var status: Int?
    var failure: Failure?
    var detail = ""
    var milliseconds = 0
    var requestBytes = 0
    /// A few headers of the answer, as JSON.
    var headers = "{}"
    /// How its body begins.
    var excerpt = ""
    /// How long the receiver asks us to wait.
    var retryAfter: Int?

    var isDelivered: Bool { failure == nil }
}
