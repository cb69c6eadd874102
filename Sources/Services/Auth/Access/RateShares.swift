import Foundation
import Postgres
import Synchronization

/// What this process has taken of the rates of keys, sessions and operators and not yet used.
///
/// A rate is counted in the database, exactly, whoever counts (`queue.take_rate`). A process takes some of it at a
/// time, less the less is left: so a busy key costs a statement now and then, not one for each request, all processes
/// together never give more than the rate, and at its end they give it one by one.
final class RateShares: Sendable {
    private let database: Database
    private let shares = Mutex<[Subject: Share]>([:])

    /// A part of a rate, until its window ends.
    fileprivate struct Share {
        /// Taken, and not used.
        var left: Int
        /// Still to be taken, as the database last said.
        var beyond: Int
        let ends: ContinuousClock.Instant
    }

    /// Of what is left a process takes this part at once, and at most so much.
    private static let part = 16
    private static let mostAtOnce = 1_000
    private static let mostShares = 10_000
    private static let window: Int32 = 60

    init(_ database: Database) { self.database = database }

    /// Whose rate it is.
    enum Subject: Hashable, Sendable {
        /// A key or a session.
        case caller(UUID)
        case tenant(UUID)

        /// As callers are told.
        var name: String {
            switch self {
            case .caller: "key"
            case .tenant: "tenant"
            }
        }

        /// As the database counts it.
        fileprivate var counted: String {
            switch self {
            case .caller(let id): "api_key:" + id.text
            case .tenant(let id): "api_tenant:" + id.text
            }
        }
    }

    /// Uses one of somebody's requests.
    /// - Parameter limit: a minute's.
    /// - Throws: `APIRefusal.tooMany`, or `PostgresError`.
    func use(_ key: Subject, limit: Int, _ scope: RequestScope) async throws -> APICaller.Rate {
        var wanted = 1
        switch shares.withLock({ Self.useOne(key, limit, &$0) }) {
        case .used(let rate): return rate
        case .none(let rate): throw APIRefusal.tooMany(rate)
        case .take(let count): wanted = count
        }
        while true {
            let asked = ContinuousClock.now
            let (isAllowed, beyond, milliseconds) = try await take(key, wanted, limit, scope)
            let ends = asked + .milliseconds(milliseconds)
            let rate = shares.withLock { shares -> APICaller.Rate in
                var share = shares[key].flatMap { $0.ends > asked ? $0 : nil } ?? Share(left: 0, beyond: 0, ends: ends)
                share.beyond = beyond
                if isAllowed { share.left += wanted - 1 }
                shares[key] = share
                return share.rate(limit, key.name)
            }
            if isAllowed { return rate }
            if wanted == 1 { throw APIRefusal.tooMany(rate) }
            wanted = 1  // others have taken some of it meanwhile
        }
    }

    private enum Use {
        case used(APICaller.Rate)
        case none(APICaller.Rate)
        case take(Int)
    }

    private static func useOne(_ key: Subject, _ limit: Int, _ shares: inout [Subject: Share]) -> Use {
        let now = ContinuousClock.now
        guard var share = shares[key], share.ends > now else {
            if shares.count >= mostShares { shares = shares.filter { $0.value.ends > now } }
            return .take(1)
        }
        if share.left > 0 {
            share.left -= 1
            shares[key] = share
            return .used(share.rate(limit, key.name))
        }
        // Nothing comes back before the window ends.
        if share.beyond == 0 { return .none(share.rate(limit, key.name)) }
        return .take(max(1, min(share.beyond / part, mostAtOnce)))
    }

    private func take(
        _ key: Subject, _ wanted: Int, _ limit: Int, _ scope: RequestScope
    ) async throws -> (isAllowed: Bool, beyond: Int, milliseconds: Int) {
        let rows = try await database.run([
            scope.opening,
            """
            select allowed, remaining, (extract(epoch from reset_at - clock_timestamp()) * 1000)::bigint
              from queue.take_rate(\(scope.tenant), \(key.counted), \(limit), \(Self.window), \(wanted))
            """,
        ])
        guard let answer = try rows.last?.first(Bool.self, Int.self, Int.self) else { throw APIRefusal.unknown }
        return answer
    }
}

extension RateShares.Share {
    /// As callers are told.
    func rate(_ limit: Int, _ name: String) -> APICaller.Rate {
        let seconds = (ends - .now).components.seconds + 1
        return APICaller.Rate(
            name: name, limit: limit, remaining: left + beyond, resetSeconds: max(Int(seconds), 1))
    }
}
