import Foundation

/// What a keeper remembers of rates for some seconds: shares that were larger, and how many calls came.
///
/// A second that began with a larger share may have used all of it: what was taken off a share rests for two seconds
/// before another edge may have it.
struct RateRests {
    private var replaced: [String: [(share: Int, at: Date)]] = [:]
    private var seen: [String: [(perSecond: Int, at: Date)]] = [:]

    private static let rest: TimeInterval = 2
    /// The edge begins to count anew every two or three seconds: a small count says nothing for that long.
    private static let memory: TimeInterval = 3

    /// Notes that the edge used another share until now.
    mutating func replace(_ share: Int, of key: String, at now: Date) {
        replaced[key, default: []].append((share, now))
    }

    /// The most that the edge may have used in a second that is not long over.
    mutating func largest(of key: String, now share: Int, at now: Date) -> Int {
        let recent = replaced[key, default: []].filter { now.timeIntervalSince($0.at) < Self.rest }
        replaced[key] = recent.isEmpty ? nil : recent
        return recent.reduce(share) { max($0, $1.share) }
    }

    /// Calls per second that are wanted, by what was counted now and in the last seconds.
    mutating func wanted(of key: String, count: Int, at now: Date) -> Int {
        var recent = seen[key, default: []].filter { now.timeIntervalSince($0.at) < Self.memory }
        let current = Self.perSecond(count)
        // What is smaller than the newest is covered by it.
        recent.removeAll { $0.perSecond <= current }
        if current > 0 { recent.append((current, now)) }
        seen[key] = recent.isEmpty ? nil : recent
        return recent.reduce(0) { max($0, $1.perSecond) }
    }

    /// Calls per second, of a count that began two or three seconds ago at most.
    static func perSecond(_ count: Int) -> Int { (count + 1) / 2 }
}
