/// Why a try failed, by what the carrier said: what belongs together of some dozens of SIP codes.
package enum FailureCause: String, Sendable, CaseIterable {
    case busy
    case noAnswer = "no answer"
    case cancelled
    case rejected
    case noSuchNumber = "no such number"
    case congestion
    case forbidden
    case media
    case lost
    case other

    /// - Parameters:
    ///   - code: a SIP code (RFC 3261, section 21), `timeout` or `lost`.
    ///   - rang: whether the called party's device rang before; then 408, 480 and 487 say that nobody answered.
    package init(code: String, rang: Bool) {
        self =
            switch code {
            case "486", "600": .busy
            case "408", "480", "timeout": rang ? .noAnswer : .congestion
            case "487": rang ? .noAnswer : .cancelled
            case "603", "607", "608": .rejected
            case "404", "410", "484", "485", "604": .noSuchNumber
            case "401", "402", "403", "407": .forbidden
            case "415", "488", "606": .media
            case "lost": .lost
            default: code.hasPrefix("5") ? .congestion : .other
            }
    }
}
