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
    let book: ShareBook
    /// The edge, as it was told.
    let told: ToldShares
    /// Hears the lease, for an edge that is started later.
    private let remember: @Sendable (EdgeLease) async -> Void
    private var remembered: EdgeLease?
    let clock: @Sendable () -> Date
    private let logger: Logger
    private let untoldMaximum: Int

    /// A share of the edge, by its key.
    struct Known {
        let subject: LimitSubject
        /// What the database grants.
        var granted: Int
    }

    var known: [String: Known] = [:]
    /// What may be used and the edge was not told yet. It is told bit by bit, and before that no call is let in by it.
    var untold: [String: ShareLine] = [:]
    /// Whether the edge uses no more than its rows say. Without a lease others may have taken some of it meanwhile.
    private var isCurrent = false
    var rates = RateRests()
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
    /// Rounds between two words about an id that is another one's, a second each.
    private static let waitIsTold = 60

    /// - Parameters:
    ///   - remember: hears what an edge that is started from now on may use.
    ///   - clock: of the edge's machine.
    ///   - untoldMaximum: how many shares that nobody has asked for are told in one round, which must not last as long
    ///     as a lease.
    package init(
        _ book: ShareBook, holder: any ShareHolder, logger: Logger, untoldMaximum: Int = 10_000,
        clock: @escaping @Sendable () -> Date = { Date() },
        remember: @escaping @Sendable (EdgeLease) async -> Void = { _ in }
    ) {
        self.book = book
        told = ToldShares(holder)
        self.logger = logger
        self.untoldMaximum = untoldMaximum
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

    /// Makes the edge known before it starts, so that it begins with what it may use; and waits while its id is another
    /// one's.
    /// - Throws: `CancellationError`.
    package func prepare() async throws {
        for round in 0... {
            let began = seconds
            do {
                let isAlone = try await book.renew().isAlone
                return await hand(isAlone ? EdgeLease(wholeUntil: began + Self.leaseAlone) : .closed)
            } catch let error as EdgeIsClaimed {
                if round % Self.waitIsTold == 0 { logger.error("this SIP edge is not started: \(error)") }
                try await Task.sleep(for: .seconds(1))
            } catch {
                logger.warning("this edge begins without its part of limits: \(error)")
                return await hand(.closed)
            }
        }
    }

    /// What an edge that is started from now on may use.
    private func hand(_ lease: EdgeLease) async {
        if remembered == lease { return }
        await remember(lease)
        remembered = lease
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
        // An edge that does not listen takes no calls: its lease is not renewed, and the others get its shares.
        let (asked, isComplete) = try await told.listen()
        if !isComplete { isCurrent = false }
        let lease: ShareBook.Lease
        do {
            lease = try await renew()
        } catch let error as EdgeIsClaimed {
            isCurrent = false
            try await close()
            throw error
        }
        if lease.isAlone {
            if lease.others == 0 {
                try await haveEverything()
                return true
            }
            try await endAlone(lease)
        }
        try await share(asked, lease)
        return false
    }

    private func renew() async throws -> ShareBook.Lease {
        let began = clock()
        let lease = try await book.renew()
        // Without a lease the others may have taken what the edge still takes for its own.
        if clock().timeIntervalSince(renewedAt) > TimeInterval(Self.lease) { isCurrent = false }
        renewedAt = began
        return lease
    }

    /// Until when the edge may use its shares: no call to the database is behind it, but the one that renewed.
    private var shared: EdgeLease { EdgeLease(sharesUntil: Int(renewedAt.timeIntervalSince1970) + Self.lease) }

    private func close() async throws {
        try await told.set([], lease: .closed)
        await hand(.closed)
    }

    private func haveEverything() async throws {
        isCurrent = false
        told.forget()
        guard renewedAt.timeIntervalSince(toldWholeAt) >= Self.leaseAloneIsTold else { return }
        let lease = EdgeLease(wholeUntil: Int(renewedAt.timeIntervalSince1970) + Self.leaseAlone)
        try await told.set([], lease: lease)
        await hand(lease)
        toldWholeAt = renewedAt
    }

    /// Another edge has come: every limit becomes a share, all of it this edge's, before anything can be given away.
    private func endAlone(_ lease: ShareBook.Lease) async throws {
        try await book.open()
        try await load(lease)
        while !untold.isEmpty { try await tellUntold() }
        try await told.set([], lease: shared)
        await hand(.closed)
        toldWholeAt = .distantPast
        try await book.endAlone()
        logger.notice("another SIP edge has come; limits are shared with it from now on")
    }

    private func share(_ asked: [String: Int], _ lease: ShareBook.Lease) async throws {
        toldWholeAt = .distantPast
        // Closed while the shares are not what the database says.
        if !isCurrent || !told.isBegun { try await close() }
        if !isCurrent || !told.isBegun || lease.routingVersion != routingVersion
            || asked.keys.contains(where: { known[$0] == nil })
        {
            try await book.open()
            try await load(lease)
        }
        if renewedAt.timeIntervalSince(settledAt) >= Self.settles {
            try await book.settle()
            settledAt = renewedAt
        }
        let short = asked.filter { isShort($0.key, $0.value) }
        let due = try await book.due(short.keys.compactMap { known[$0]?.subject })
        if due.contains(where: { known[$0.subject.key] == nil }) { try await load(lease) }
        let turn = Int(renewedAt.timeIntervalSince1970 / Self.turn)
        guard try await balance(due.filter { known[$0.subject.key] != nil }, asked, turn: turn, at: renewedAt) else {
            return
        }
        try await told.set([], lease: shared)
        try await tellUntold()
    }

    /// A rate is told of at every call, so that only one that comes near its share asks for more. What the edge was not
    /// told is asked for by every call.
    private func isShort(_ key: String, _ count: Int) -> Bool {
        guard let share = known[key] else { return false }
        return !share.subject.kind.isRate || untold[key] != nil
            || RateRests.perSecond(count) * 4 >= share.granted * 3
    }

    /// Makes the edge's shares equal to the rows of the database, as far as they differ from what it was told: what is
    /// smaller now, the rest in the rounds that follow.
    private func load(_ lease: ShareBook.Lease) async throws {
        if !told.isBegun {
            try await told.begin()
            known = [:]
        }
        // What came before may have lasted, and without a lease others would change the rows while they are read.
        _ = try await renew()
        let rows = Dictionary(try await book.own().map { ($0.subject.key, $0) }) { first, _ in first }
        var smaller = known.keys.filter { rows[$0] == nil }.map { ShareLine(key: $0, share: nil, limit: 0) }
        var larger: [String: ShareLine] = [:]
        for (key, row) in rows {
            let line = ShareLine(key: key, share: row.usable, limit: row.limit)
            guard let share = told[key]?.share else {
                larger[key] = line
                continue
            }
            // A limit that was lowered stays as it was told until it is looked at: the edge takes off the difference.
            if known[key]?.granted == row.granted { continue }
            if row.usable < share { smaller.append(line) } else { larger[key] = line }
        }
        if smaller.count > untoldMaximum {
            // To forget all and be told again is faster.
            try await told.begin()
            larger = rows.mapValues { ShareLine(key: $0.subject.key, share: $0.usable, limit: $0.limit) }
            smaller = []
        }
        try await told.set(smaller)
        known = rows.mapValues { Known(subject: $0.subject, granted: $0.granted) }
        untold = larger
        isCurrent = true
        routingVersion = lease.routingVersion
    }

    /// Tells some of what the edge was not told yet.
    private func tellUntold() async throws {
        let lines = Array(untold.values.prefix(untoldMaximum))
        if lines.isEmpty { return }
        try await told.set(lines)
        for line in lines { untold[line.key] = nil }
    }
}
