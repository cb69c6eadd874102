import Foundation

/// What was kept of how an amount came about, as `RatingDetail` wrote it.
package struct KeptRating: Sendable, Codable {
    /// Increments one after the other that one rate held for.
    package struct Part: Sendable, Codable {
        package let seconds: Int64
        package let includedSeconds: Int64?
        package let rate: String
        package let factor: String?
        package let talkStep: String?
        package let usageStep: String?
        package let window: String?

        private enum CodingKeys: String, CodingKey {
            case seconds = "s"
            case includedSeconds = "included_s"
            case rate, factor
            case talkStep = "talk_step"
            case usageStep = "usage_step"
            case window
        }
    }

    /// What prices of another currency were multiplied by, as a fraction.
    package struct Exchange: Sendable, Codable {
        package let from: String
        package let times: String
        package let over: String
    }

    package let extras: String?
    package let usedSeconds: Int64?
    package let includedSeconds: Int64?
    package let parts: [Part]?
    package let attemptFee: String?
    package let shortCallFee: String?
    package let isRaisedToMinimum: Bool?
    package let isCapped: Bool?
    package let exchange: Exchange?

    private enum CodingKeys: String, CodingKey {
        case extras
        case usedSeconds = "used_s"
        case includedSeconds = "included_s"
        case parts
        case attemptFee = "attempt_fee"
        case shortCallFee = "short_call_fee"
        case isRaisedToMinimum = "raised_to_minimum"
        case isCapped = "capped"
        case exchange
    }

    init(parsing text: String) throws {
        self = try JSONDecoder().decode(KeptRating.self, from: Data(text.utf8))
    }
}
