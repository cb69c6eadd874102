package import Foundation
package import Telecom

/// What calls came to that were routed by two states.
package struct ReplaySums: Sendable {
    /// One side of the comparison.
    package struct Side: Sendable, Hashable {
        package private(set) var routed = 0
        package private(set) var sell = Money.zero
        package private(set) var cost = Money.zero
        /// Sums that did not fit, which takes more calls than there are.
        package private(set) var isOver = false

        package var margin: Money { sell - cost }

        fileprivate mutating func add(_ route: ReplayedRoute) {
            guard case .routed(let priced) = route else { return }
            routed += 1
            let (sells, sellOver) = sell.units.addingReportingOverflow(priced.sell.units)
            let (costs, costOver) = cost.units.addingReportingOverflow(priced.cost.units)
            isOver = isOver || sellOver || costOver
            if !isOver { (sell, cost) = (Money(units: sells), Money(units: costs)) }
        }
    }

    /// Calls with something in common.
    package struct Group: Sendable {
        package fileprivate(set) var calls = 0
        package fileprivate(set) var talkSeconds: Int64 = 0
        package fileprivate(set) var before = Side()
        package fileprivate(set) var after = Side()
        /// Calls whose first carrier is another, of those with a route on both sides.
        package fileprivate(set) var rerouted = 0
        /// Calls with a route before and none after, and the other way round.
        package fileprivate(set) var lost = 0
        package fileprivate(set) var won = 0

        fileprivate mutating func add(_ call: ReplayCalls.Call, _ old: ReplayedRoute, _ new: ReplayedRoute) {
            calls += 1
            talkSeconds += call.talkSeconds
            before.add(old)
            after.add(new)
            switch (old, new) {
            case (.routed(let was), .routed(let becomes)): rerouted += was.carrier == becomes.carrier ? 0 : 1
            case (.routed, .refused): lost += 1
            case (.refused, .routed): won += 1
            case (.refused, .refused): break
            }
        }
    }

    package private(set) var total = Group()
    /// When the first of the calls began.
    package private(set) var oldest: Date?
    /// By the hour in which the calls began, in UTC.
    package private(set) var hours: [Date: Group] = [:]
    /// By the prefix of the selling price.
    package private(set) var prefixes: [String: Group] = [:]
    /// Calls by first carrier, before and after.
    package private(set) var carriers: [String: (before: Int, after: Int)] = [:]
    /// Calls without a route, by reason, before and after.
    package private(set) var refusals: [String: (before: Int, after: Int)] = [:]

    package var calls: Int { total.calls }

    init() {}

    /// - Returns: whether the call had a route before, and has none after.
    mutating func add(_ replayed: ReplayCalls.Replayed) -> Bool {
        let call = replayed.call
        let old = ReplayedRoute(replayed.before, talkSeconds: call.talkSeconds)
        let new = ReplayedRoute(replayed.after, talkSeconds: call.talkSeconds)
        let lost = total.lost
        total.add(call, old, new)
        oldest = min(oldest ?? call.startedAt, call.startedAt)
        let hour = (call.startedAt.timeIntervalSince1970 / 3_600).rounded(.down) * 3_600
        hours[Date(timeIntervalSince1970: hour), default: Group()].add(call, old, new)
        prefixes[Self.prefix(old) ?? Self.prefix(new) ?? "none", default: Group()].add(call, old, new)
        switch old {
        case .routed(let priced): carriers[priced.carrier, default: (0, 0)].before += 1
        case .refused(let reason): refusals[reason, default: (0, 0)].before += 1
        }
        switch new {
        case .routed(let priced): carriers[priced.carrier, default: (0, 0)].after += 1
        case .refused(let reason): refusals[reason, default: (0, 0)].after += 1
        }
        return total.lost > lost
    }

    private static func prefix(_ route: ReplayedRoute) -> String? {
        if case .routed(let priced) = route { priced.prefix } else { nil }
    }
}
