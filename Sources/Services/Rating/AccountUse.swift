import Foundation
import Postgres
import Telecom

/// What accounts have used in their months, and what their bundles have left, while a batch of calls is rated.
///
/// The counters are locked in the order of their keys, before any balance, and stored in the batch's transaction: two
/// pipelines never give the same seconds away, and what was not committed was not used. A call counts in the month that
/// it was answered in, however late its record comes. Where no list asks for use, nothing is read.
struct AccountUse: Sendable {
    /// What one side of a call asks for.
    struct Wish: Sendable {
        let key: ExtrasKey
        /// Who is billed; nil on the buying side.
        let accountID: UUID?
        /// The prefix of extras with steps of use; nil where there are none.
        var prefix: DigitPrefix?
        var bundles: [UUID] = []
        /// The routing id of the call, for which seconds may be kept back.
        var routingID: UUID?
    }

    /// Seconds of a bundle that a call used.
    struct Share: Sendable, Hashable {
        let bundleID: UUID
        let seconds: Int64
    }

    /// What a call found used and had of bundles when it was rated before.
    struct Recorded: Sendable {
        let used: Int64
        let included: Int64
        let shares: [Share]
    }

    private struct Counters {
        var usage: UsageCounters.Key?
        var bundles: [BundleCounters.Key] = []
        var routingID: UUID?
    }

    private var usage = UsageCounters()
    private var bundles = BundleCounters()
    /// By the number of the wish.
    private var counters: [Int: Counters] = [:]
    private var recorded: [Int: Recorded] = [:]

    /// Locks what these wishes need.
    /// - Parameters:
    ///   - wishes: by numbers that the caller knows them by.
    ///   - held: what was kept back for these calls.
    init(_ session: Connection, for wishes: [Int: Wish], _ held: BundleHolds) async throws {
        if wishes.isEmpty { return }
        bundles = BundleCounters(held)
        let wishes = wishes.sorted { $0.key < $1.key }
        let bundled = wishes.flatMap { number, wish in wish.bundleWishes.map { (number, wish.routingID, $0) } }
        let pools = try await BundleCounters.keys(bundled.map(\.2), session)
        for (wish, key) in zip(bundled, pools) {
            counters[wish.0, default: Counters(routingID: wish.1)].bundles.append(key)
        }
        let used = wishes.filter { $0.value.prefix != nil }
        let keys = try await UsageCounters.keys(used.map(\.value), session)
        for (wish, key) in zip(used, keys) { counters[wish.key, default: Counters()].usage = key }
        try await bundles.lock(Set(pools), session)
        try await usage.lock(Set(keys), session)
    }

    /// As it was when calls were rated before (`RerateCalls`): nothing is locked, and nothing counted.
    init(recorded: [Int: Recorded]) { self.recorded = recorded }

    /// What was used before the call, and what is left for it.
    func before(_ number: Int) -> (used: Int64, included: Int64) {
        if let recorded = recorded[number] { return (recorded.used, recorded.included) }
        guard let counters = counters[number] else { return (0, 0) }
        return (
            counters.usage.map { usage[$0] } ?? 0,
            counters.bundles.reduce(0) { $0 + bundles.left($1, for: counters.routingID) }
        )
    }

    /// The call used these seconds.
    /// - Returns: of which bundle how many.
    mutating func take(_ number: Int, _ price: CallPrice) -> [Share] {
        if let recorded = recorded[number] { return recorded.shares(of: price.includedSeconds) }
        guard let counters = counters[number] else { return [] }
        if let key = counters.usage { usage.add(price.billedSeconds, to: key) }
        var rest = price.includedSeconds
        var shares: [Share] = []
        for key in counters.bundles {
            let seconds = min(rest, bundles.left(key, for: counters.routingID))
            bundles.take(seconds, of: key, for: counters.routingID)
            if seconds == 0 { continue }
            rest -= seconds
            shares.append(Share(bundleID: key.bundleID, seconds: seconds))
        }
        return shares
    }

    /// Keeps what was used.
    func store(_ session: Connection) async throws {
        try await bundles.store(session)
        try await usage.store(session)
    }
}

extension AccountUse.Wish {
    fileprivate var bundleWishes: [BundleCounters.Wish] {
        bundles.map { .init(tenantID: key.tenantID, accountID: accountID, bundleID: $0, at: key.at) }
    }
}

extension AccountUse.Recorded {
    /// So many of the seconds that bundles gave, in their order.
    fileprivate func shares(of seconds: Int64) -> [AccountUse.Share] {
        var rest = seconds
        return shares.compactMap { share in
            let taken = min(rest, share.seconds)
            rest -= taken
            return taken > 0 ? AccountUse.Share(bundleID: share.bundleID, seconds: taken) : nil
        }
    }
}
