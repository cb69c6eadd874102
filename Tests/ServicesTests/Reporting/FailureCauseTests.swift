import Testing

@testable import Services

/// What belongs together of what carriers say.
@Suite struct FailureCauseTests {
    private static let causes: [(code: String, unheard: FailureCause, rang: FailureCause)] = [
        ("486", .busy, .busy), ("600", .busy, .busy), ("480", .congestion, .noAnswer), ("408", .congestion, .noAnswer),
        ("timeout", .congestion, .noAnswer), ("487", .cancelled, .noAnswer), ("603", .rejected, .rejected),
        ("404", .noSuchNumber, .noSuchNumber), ("484", .noSuchNumber, .noSuchNumber), ("403", .forbidden, .forbidden),
        ("488", .media, .media), ("503", .congestion, .congestion), ("500", .congestion, .congestion),
        ("lost", .lost, .lost), ("420", .other, .other), ("302", .other, .other),
    ]

    @Test(arguments: causes) func `a code has a cause`(code: String, unheard: FailureCause, rang: FailureCause) {
        #expect(FailureCause(code: code, rang: false) == unheard && FailureCause(code: code, rang: true) == rang)
    }
}
