import Foundation

/// A zone's time of day as the time that it was.
///
/// An hour that comes twice, when clocks are set back, is taken for the first; one that never was, when they are set
/// ahead, for as long after the change as it says. Who needs it exact has the switch write UTC.
struct LocalClock: Sendable {
    /// `nil` is UTC.
    private let zone: TimeZone?

    static let utc = LocalClock(zone: nil)

    private init(zone: TimeZone?) { self.zone = zone }

    init?(_ name: String) {
        if ["UTC", "GMT", "Z"].contains(name.uppercased()) {
            zone = nil
        } else {
            guard let known = TimeZone(identifier: name) else { return nil }
            zone = known
        }
    }

    /// Seconds since 1970 of a time of day that is written as if it were UTC.
    func utc(_ local: Int) -> Int {
        guard zone != nil else { return local }
        let (before, after) = (offset(local - 86_400), offset(local + 86_400))
        if before == after || offset(local - before) == before { return local - before }
        return offset(local - after) == after ? local - after : local - before
    }

    private func offset(_ time: Int) -> Int {
        zone?.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time))) ?? 0
    }
}
