import Foundation
import Services

extension ShareKeeper {
    /// Gives what is too much, and takes what is free.
    /// - Returns: `false` when the edge was started anew, with nothing: it is told everything in the next round.
    func balance(
        _ due: [ShareBook.Due], _ asked: [String: Int], turn: Int, at now: Date
    ) async throws -> Bool {
        let counts = try await told.set(
            due.map { told[$0.subject.key] ?? ShareLine(key: $0.subject.key, share: nil, limit: 0) })
        guard told.isBegun else { return false }
        var plans: [(plan: SharePlan, inUse: Int)] = []
        for (limit, inUse) in zip(due, counts) {
            let key = limit.subject.key
            var count = asked[key] ?? 0
            if limit.subject.kind.isRate { count = rates.wanted(of: key, count: count, at: now) }
            guard let plan = SharePlan(limit, of: book.edge, inUse: inUse, asked: count, turn: turn) else { continue }
            plans.append((plan, inUse))
            // More than that may be another's before the edge is told.
            if untold[key] != nil { untold[key] = plan.line(share: plan.share(of: plan.granted)) }
        }
        try await narrow(&plans)
        let granted = try await book.report(plans.map { report($0.plan, inUse: $0.inUse, at: now) })
        var raised: [ShareLine] = []
        for (plan, _) in plans {
            guard let now = granted[plan.subject] else { continue }
            known[plan.subject.key]?.granted = now
            let line = plan.line(share: plan.share(of: now))
            if told[line.key] != line { raised.append(line) }
            untold[line.key] = nil
        }
        try await told.set(raised)
        return true
    }

    /// Has the edge use less where it is to have less, and counts again what it uses then.
    private func narrow(_ plans: inout [(plan: SharePlan, inUse: Int)]) async throws {
        var lines: [ShareLine] = []
        var places: [Int] = []
        for (place, entry) in plans.enumerated() {
            let line = entry.plan.line(share: entry.plan.share(of: entry.plan.granted))
            guard let share = line.share, share < told[line.key]?.share ?? 0 else { continue }
            lines.append(line)
            places.append(place)
        }
        if lines.isEmpty { return }
        let before = lines.map { told[$0.key]?.share ?? 0 }
        let counts = try await told.set(lines)
        let now = clock()
        for (index, place) in places.enumerated() {
            if plans[place].plan.subject.kind.isRate { rates.replace(before[index], of: lines[index].key, at: now) }
            plans[place].inUse = counts[index]
        }
    }

    private func report(_ plan: SharePlan, inUse: Int, at now: Date) -> ShareBook.Report {
        var target = plan.target
        // Not below what the edge was told to use: it is told first.
        if target < plan.granted { target = max(target, told[plan.subject.key]?.share ?? 0) }
        if plan.subject.kind.isRate, target < plan.granted {
            target = min(plan.granted, rates.largest(of: plan.subject.key, now: target, at: now))
        }
        return ShareBook.Report(
            subject: plan.subject, target: target, inUse: plan.subject.kind.isRate ? 0 : inUse, demand: plan.demand)
    }
}
