import Postgres
import Synchronization

/// The country of a called number, as `cdr.destination_prefix()` and `cdr.destinations()` have it.
final class Destinations: Sendable {
    struct Place: Hashable, Sendable {
        let callingCode: String
        /// Empty where it is not known.
        let country: String
    }

    private let known = Mutex<(places: [String: Place], at: ContinuousClock.Instant)?>(nil)

    /// Countries move to other codes rarely, and nobody waits for that.
    private static let validity = Duration.seconds(60)

    /// The places of all prefixes.
    func read(_ session: Connection) async throws -> [String: Place] {
        if let known = known.withLock(\.self), known.at + Self.validity > .now { return known.places }
        let rows = try await session.run("select prefix, calling_code, country from cdr.destinations()")
            .decode(String.self, String.self, String.self)
        let places = Dictionary(rows.map { ($0, Place(callingCode: $1, country: $2)) }) { first, _ in first }
        known.withLock { $0 = (places, .now) }
        return places
    }

    /// The country code of a number in E.164; in North America the 1 and the area code.
    static func prefix(of number: String) -> Substring {
        let digits = number.dropFirst()
        switch digits.first {
        case "1": return digits.prefix(4)
        case "7": return digits.prefix(1)
        default:
            let two = digits.prefix(2)
            return twoDigitCodes.contains(two) ? two : digits.prefix(3)
        }
    }

    private static let twoDigitCodes: Set<Substring> = [
        "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
        "51",
        "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86",
        "90",
        "91", "92", "93", "94", "95", "98",
    ]
}
