package import Foundation
package import Postgres

/// Finds out who asks, by what was sent as `Authorization: Bearer`: a key, an access token that a key asked for, a
/// session, or an entry of support; and counts the request against its rate and its operator's.
package final class CheckCaller: Sendable {
    private let keys: CheckAPIKey
    private let sessions: CheckSession
    private let tokens: BearerTokens
    private let rates: RateShares

    /// - Parameters:
    ///   - database: as the API.
    ///   - tokens: reads what it gave out.
    package init(_ database: Database, _ tokens: BearerTokens) {
        keys = CheckAPIKey(database)
        sessions = CheckSession(database)
        rates = RateShares(database)
        self.tokens = tokens
    }

    /// - Parameters:
    ///   - text: as it was sent.
    ///   - source: the address that it came from.
    ///   - request: what is changed by the look, as an incident that is opened, is recorded under it.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    package func callAsFunction(_ text: String, from source: String?, request: UUID?) async throws -> APICaller {
        let found = try await find(text, from: source, request)
        var caller = found.caller
        let scope = caller.scope(source: source, request: request)
        let own = try await rates.use(.caller(caller.id), limit: found.rate, scope)
        caller.rates = [own, try await rates.use(.tenant(caller.tenant), limit: found.tenantRate, scope)]
        return caller
    }

    private func find(_ text: String, from source: String?, _ request: UUID?) async throws -> Found {
        if let key = APIKeyText(text) { return try await keys(key, from: source, request) }
        if let token = SessionToken(text) { return try await sessions(token, from: source, request) }
        if text.hasPrefix("eyJ") {
            let grant = try tokens.read(text)
            return try await keys(grant, from: source, request)
        }
        throw APIRefusal.unknown
    }

    /// A caller that was let in, as it is by now: while a long request goes on it may end, get another secret, or lose
    /// what it permits. No look is counted, and nothing that was read a moment ago is good enough.
    /// - Returns: it with its own account, whatever account it acts for.
    /// - Throws: `APIRefusal` when it would not be let in any more, or `PostgresError`.
    package func again(_ caller: APICaller, from source: String?) async throws -> APICaller {
        if let end = caller.endsAt, end <= Date() { throw APIRefusal.expired }
        switch caller.kind {
        case .key: return try await keys.again(caller, from: source)
        case .session, .support: return try await sessions.again(caller, from: source)
        }
    }

    /// A caller, and the requests that it and its operator have a minute.
    struct Found: Sendable {
        let caller: APICaller
        let rate: Int
        let tenantRate: Int
    }
}
