package import Foundation
package import Logging
package import Services
import Telecom

/// Keeps an edge's shares of limits right: makes it known, renews its lease, and moves shares between it and the others
/// as calls need them (decision 0018).
///
/// What is smaller is told the edge first and the database after, what is larger the other way round: the edge never
/// uses more than its rows say.
package actor ShareKeeper {
    private let book: ShareBook
    private let holder: any ShareHolder
    /// Hears the lease, for an edge that is started later.
    private let remember: @Sendable (EdgeLease) async -> Void
    private let clock: @Sendable () -> Date
    private let logger: Logger

    /// A share of the edge: what the database grants, and what the edge was told.
    private struct Known {
        let subject: LimitSubject
        var granted: Int
        var told: ShareLine
    }

    /// The shares of the edge, by their keys.
    private var known: [String: Known] = [:]
    /// Marks the shares that this keeper has set, all of them; `nil` while it has not.
    private var generation: String?
    private var rates = RateRests()
    private var routingVersion = 0
    private var renewedAt = Date.distantPast
    private var settledAt = Date.distantPast
    private var toldWholeAt = Date.distantPast

    /// While the edge shares limits. Alone it only has to see soon that another one comes.
    private static let pause = Duration.milliseconds(500)
    private static let pauseAlone = Duration.seconds(1)
    /// Seconds of a lease by the edge's clock. The database's are 9 and 540 at least: clocks may differ a little.
    private static let lease = 6
    private static let leaseAlone = 480
    private static let leaseAloneIsTold: TimeInterval = 10
    private static let settles: TimeInterval = 5
    /// How long edges that want the same few have them in turn.
    private static let turn: TimeInterval = 5

    /// - Parameters:
    ///   - remember: hears what an edge that is started from now on may use.
    ///   - clock: of the edge's machine.
    package init(
        _ book: ShareBook, holder: any ShareHolder, logger: Logger,
        clock: @escaping @Sendable () -> Date = { Date() },
        remember: @escaping @Sendable (EdgeLease) async -> Void = { _ in }
    ) {
        self.book = book
        self.holder = holder
        self.logger = logger
        self.clock = clock
        self.remember = remember
    }

    /// Works until the task is cancelled.
    package func run() async {
        var hasWarned = false
        while !Task.isCancelled {
            var pause = Self.pause
            do {
                if try await keep() { pause = Self.pauseAlone }
                hasWarned = false
            } catch {
                if !hasWarned, !Task.isCancelled {
                    logger.warning("this edge's part of limits could not be kept, it is tried again: \(error)")
                }
                hasWarned = true
            }
            try? await Task.sleep(for: pause)  // a cancelled sleep ends the loop
        }
    }

    /// Makes the edge known before it starts, so that it begins with what it may use.
    package func prepare() async {
        let began = seconds
        do {
            let isAlone = try await book.renew().isAlone
            await remember(isAlone ? EdgeLease(wholeUntil: began + Self.leaseAlone) : .closed)
        } catch {
            logger.warning("this edge begins without its part of limits: \(error)")
            await remember(.closed)
        }
    }

    /// Forgets the edge, which has ended and has no calls.
    package func retire() async {
        do {
            try await book.retire()
        } catch {
            logger.warning("the edge is still counted among those that share limits: \(error)")
        }
    }

    private var seconds: Int { Int(clock().timeIntervalSince1970) }

    /// One round.
    /// - Returns: whether the edge is alone.
    package func keep() async throws -> Bool {
        let began = clock()
        let lease = try await book.renew()
        // Without a lease the others may have taken what the edge still takes for its own.
        if clock().timeIntervalSince(renewedAt) > TimeInterval(Self.lease) { generation = nil }
        renewedAt = began
        if lease.isAlone {
            if lease.others == 0 {
                try await haveEverything(since: began)
                return true
            }
            try await endAlone(lease)
        }
        try await share(since: began, lease)
        return false
    }

    private func haveEverything(since began: Date) async throws {
        generation = nil
        guard began.timeIntervalSince(toldWholeAt) >= Self.leaseAloneIsTold else { return }
        let lease = EdgeLease(wholeUntil: Int(began.timeIntervalSince1970) + Self.leaseAlone)
        _ = try await holder.set([], lease: lease, generation: nil)
        await remember(lease)
        toldWholeAt = began
    }

    /// Another edge has come: every limit becomes a share, all of it this edge's, before anything can be given away.
    private func endAlone(_ lease: ShareBook.Lease) async throws {
        try await book.open()
        try await load(lease)
        let shared = EdgeLease(sharesUntil: Int(renewedAt.timeIntervalSince1970) + Self.lease)
        _ = try await holder.set([], lease: shared, generation: nil)
        await remember(.closed)
        toldWholeAt = .distantPast
        try await book.endAlone()
        logger.notice("another SIP edge has come; limits are shared with it from now on")
    }

    private func share(since began: Date, _ lease: ShareBook.Lease) async throws {
        toldWholeAt = .distantPast
        if generation == nil {
            // Closed while the shares are not what the database says.
            _ = try await holder.set([], lease: .closed, generation: nil)
            await remember(.closed)
            try await book.open()
            try await load(lease)
        }
        let asked = try await holder.asked()
        if lease.routingVersion != routingVersion || asked.keys.contains(where: { known[$0] == nil }) {
            try await book.open()
            try await load(lease)
        }
        if began.timeIntervalSince(settledAt) >= Self.settles {
            try await book.settle()
            settledAt = began
        }
        let short = asked.filter { isShort($0.key, $0.value) }
        let due = try await book.due(short.keys.compactMap { known[$0]?.subject })
        if due.contains(where: { known[$0.subject.key] == nil }) { try await load(lease) }
        try await balance(due.filter { known[$0.subject.key] != nil }, asked, began)
    }

    /// A rate is told of at every call, so that only one that comes near its share asks for more.
    private func isShort(_ key: String, _ count: Int) -> Bool {
        guard let share = known[key] else { return false }
        return !share.subject.kind.isRate || RateRests.perSecond(count) * 4 >= share.granted * 3
    }

    /// Makes the edge's shares equal to the rows of the database, as far as they differ from what it was told.
    private func load(_ lease: ShareBook.Lease) async throws {
        if generation == nil {
            try await holder.clearShares()
            known = [:]
        }
        let mark = generation ?? UUID().text
        let rows = Dictionary(try await book.own().map { ($0.subject.key, $0) }) { first, _ in first }
        var lines: [ShareLine] = []
        var next = known
        for key in known.keys where rows[key] == nil {
            lines.append(ShareLine(key: key, share: nil, limit: 0))
            next[key] = nil
        }
        for (key, row) in rows where known[key].map({ $0.granted != row.granted }) ?? true {
            let line = ShareLine(key: key, share: row.usable, limit: row.limit)
            next[key] = Known(subject: row.subject, granted: row.granted, told: line)
            lines.append(line)
        }
        // A limit that was lowered stays as it was told until it is looked at: the edge takes off the difference.
        _ = try await holder.set(lines, lease: nil, generation: mark)
        known = next  // only now: what could not be told is told again
        generation = mark
        routingVersion = lease.routingVersion
    }

    /// Gives what is too much, takes what is free, and tells the edge until when all of it holds.
    private func balance(_ due: [ShareBook.Due], _ asked: [String: Int], _ began: Date) async throws {
        let state = try await holder.set(due.compactMap { known[$0.subject.key]?.told }, lease: nil, generation: nil)
        guard state.generation == generation else {
            // The edge was started anew, with nothing: it is told everything in the next round.
            generation = nil
            return
        }
        let turn = Int(began.timeIntervalSince1970 / Self.turn)
        var plans: [(plan: SharePlan, inUse: Int)] = []
        for (limit, inUse) in zip(due, state.inUse) {
            var count = asked[limit.subject.key] ?? 0
            if limit.subject.kind.isRate { count = rates.wanted(of: limit.subject.key, count: count, at: began) }
            guard let plan = SharePlan(limit, of: book.edge, inUse: inUse, asked: count, turn: turn) else { continue }
            plans.append((plan, inUse))
        }
        try await narrow(&plans, began)
        let granted = try await book.report(plans.map { report($0.plan, inUse: $0.inUse, at: began) })
        var raised: [ShareLine] = []
        for (plan, _) in plans {
            guard let now = granted[plan.subject] else { continue }
            known[plan.subject.key]?.granted = now
            let line = plan.line(share: plan.share(of: now))
            if known[plan.subject.key]?.told != line { raised.append(line) }
        }
        let until = EdgeLease(sharesUntil: Int(began.timeIntervalSince1970) + Self.lease)
        _ = try await holder.set(raised, lease: until, generation: nil)
        for line in raised { known[line.key]?.told = line }
    }

    /// Has the edge use less where it is to have less, and counts again what it uses then.
    private func narrow(_ plans: inout [(plan: SharePlan, inUse: Int)], _ began: Date) async throws {
        var lines: [ShareLine] = []
        var places: [Int] = []
        for (place, entry) in plans.enumerated() {
            let line = entry.plan.line(share: entry.plan.share(of: entry.plan.granted))
            guard let told = known[line.key]?.told, let share = line.share, share < told.share ?? 0 else { continue }
            lines.append(line)
            places.append(place)
        }
        if lines.isEmpty { return }
        let state = try await holder.set(lines, lease: nil, generation: nil)
        let now = clock()
        for ((line, place), inUse) in zip(zip(lines, places), state.inUse) {
            if let told = known[line.key]?.told.share, plans[place].plan.subject.kind.isRate {
                rates.replace(told, of: line.key, at: now)
            }
            known[line.key]?.told = line
            plans[place].inUse = inUse
        }
    }

    private func report(_ plan: SharePlan, inUse: Int, at now: Date) -> ShareBook.Report {
        var target = plan.target
        // Not below what the edge was told to use: it is told first.
        if target < plan.granted { target = max(target, known[plan.subject.key]?.told.share ?? 0) }
        if plan.subject.kind.isRate, target < plan.granted {
            target = min(plan.granted, rates.largest(of: plan.subject.key, now: target, at: now))
        }
        return ShareBook.Report(
            subject: plan.subject, target: target, inUse: plan.subject.kind.isRate ? 0 : inUse, demand: plan.demand)
    }
}
