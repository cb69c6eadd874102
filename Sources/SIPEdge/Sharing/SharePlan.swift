import Services
import Telecom

/// What an edge does about one limit in one round.
struct SharePlan {
    let subject: LimitSubject
    let limit: Int
    /// What the database has granted the edge.
    let granted: Int
    /// What the edge would use if it could.
    let demand: Int
    /// What it is to have.
    let target: Int
    /// What no other edge has granted or in use.
    private let free: Int

    /// - Parameters:
    ///   - inUse: by this edge, now.
    ///   - asked: how often the edge was asked for more than is left lately; of a rate, the calls per second wanted.
    /// - Returns: `nil` for a limit that the edge has no row of.
    init?(_ due: ShareBook.Due, of edge: String, inUse: Int, asked: Int, turn: Int) {
        guard let own = due.edges.first(where: { $0.id == edge }) else { return nil }
        subject = due.subject
        limit = due.limit
        granted = own.granted
        let wish =
            subject.kind.isRate
            ? asked
            : inUse + (asked == 0 ? 0 : max(1, min(asked, due.limit), inUse / 4))
        demand = wish
        // An edge without a lease takes no calls: what it has leaves the game.
        let live = due.edges.filter { $0.isLive || $0.id == edge }
        let dead = due.edges.filter { !$0.isLive && $0.id != edge }
        let left = dead.reduce(due.limit) { $0 - max($1.granted, $1.inUse ?? due.limit) }
        let parts = LimitParts.parts(
            of: left, live.map { LimitParts.Edge(granted: $0.granted, demand: $0.id == edge ? wish : $0.demand) },
            turn: turn)
        target = zip(live, parts).first { $0.0.id == edge }?.1 ?? 0
        // Below the sum of the shares when the limit was lowered: then nobody begins a call before enough have ended.
        free = due.edges.reduce(due.limit) { $1.id == edge ? $0 : $0 - max($1.granted, $1.inUse ?? 0) }
    }

    /// What the edge may use of what is granted.
    func share(of granted: Int) -> Int { max(0, min(granted, target, free)) }

    func line(share: Int) -> ShareLine { ShareLine(key: subject.key, share: share, limit: limit) }
}
