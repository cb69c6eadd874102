import Foundation
import HTTPTypes
import Postgres
import Services

/// Whoever asks for what takes long, looked at again while that goes on: what a new request would be refused for ends
/// it. The key may end or get another secret, its user may lose a role, and an account may be moved away.
struct LastingCaller: Sendable {
    private let check: CheckCaller
    private let act: ActForAccount
    private let caller: APICaller
    private let source: String?
    /// One permission of each of these is needed.
    private let needs: [[String]]
    private let interval: Duration
    private var checkedAt = ContinuousClock.now
    /// Since when the database does not say.
    private var unknownSince: ContinuousClock.Instant?

    /// How long a database may be away, as when another takes its place, without what is under way being lost.
    private static let patience = Duration.seconds(15)

    /// Whether the last look showed nothing.
    var isUnknown: Bool { unknownSince != nil }

    /// Why it may not go on.
    enum End {
        /// Whoever asks would not be let in any more.
        case caller(Problem)
        /// It would be, and not for this.
        case permission(Problem)

        var problem: Problem {
            switch self {
            case .caller(let problem), .permission(let problem): problem
            }
        }
    }

    fileprivate init(
        _ check: CheckCaller, _ act: ActForAccount, _ caller: APICaller, source: String?, needs: [[String]],
        _ interval: Duration
    ) {
        self.check = check
        self.act = act
        self.caller = caller
        self.source = source
        self.needs = needs
        self.interval = interval
    }

    /// - Throws: `Problem`, if it may not go on; or `PostgresError`.
    func refuse() async throws {
        if let end = try await look() { throw end.problem }
    }

    /// The same, as often as it has to be looked at. That the database does not say is borne for some seconds: whoever
    /// asks looks once more when it is done.
    mutating func refuseInTime() async throws {
        do {
            if let end = try await endInTime() { throw end.problem }
        } catch let error as PostgresError {
            let now = ContinuousClock.now
            let since = unknownSince ?? now
            guard error.code != .cancelled, now - since < Self.patience else { throw error }
            unknownSince = since
        }
    }

    /// Why it may not go on, as often as it has to be looked at.
    /// - Throws: `PostgresError`.
    mutating func endInTime() async throws -> End? {
        let now = ContinuousClock.now
        guard now - checkedAt >= interval else { return nil }
        checkedAt = now
        let end = try await look()
        unknownSince = nil
        return end
    }

    private func look() async throws -> End? {
        let now: APICaller
        do {
            now = try await check.again(caller, from: source)
        } catch let refusal as APIRefusal {
            return .caller(Authenticate.problem(refusal))
        }
        for permissions in needs where now.scopes.isDisjoint(with: permissions) {
            return .permission(.lacking(permissions.joined(separator: " or "), now))
        }
        guard try await act.holds(caller, now: now, source: source) else {
            return .permission(
                Problem(.forbidden, "forbidden", "Not permitted", "it is not the sender's account any more"))
        }
        return nil
    }
}

/// Who is let in, and for whom: what looks at callers again.
struct LastingCallers: Sendable {
    private let check: CheckCaller
    private let act: ActForAccount
    private let interval: Duration

    init(_ check: CheckCaller, _ act: ActForAccount, _ settings: HTTPSettings) {
        self.check = check
        self.act = act
        interval = settings.checkTime
    }

    /// - Parameter needs: one permission of each of these.
    func lasting(_ caller: APICaller, _ context: APIContext, needs: [[String]]) -> LastingCaller {
        LastingCaller(check, act, caller, source: context.source, needs: needs, interval)
    }
}
