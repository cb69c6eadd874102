import Foundation
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
    /// - Throws: `APIRefusal`, or `PostgresError`.
    package func callAsFunction(_ text: String, from source: String?) async throws -> APICaller {
        let found = try await find(text, from: source)
        var caller = found.caller
        let scope = caller.scope(source: source, request: nil)
        let own = try await rates.use(.caller(caller.id), limit: found.rate, scope)
        caller.rates = [own, try await rates.use(.tenant(caller.tenant), limit: found.tenantRate, scope)]
        return caller
    }

    private func find(_ text: String, from source: String?) async throws -> Found {
        if let key = APIKeyText(text) { return try await keys(key, from: source) }
        if let token = SessionToken(text) { return try await sessions(token, from: source) }
        if text.hasPrefix("eyJ") {
            let grant = try tokens.read(text)
            return try await keys(grant, from: source)
        }
        throw APIRefusal.unknown
    }

    /// Whether a caller that was let in may go on: it may have ended while a long request came in.
    /// - Throws: `APIRefusal`, or `PostgresError`.
    package func again(_ caller: APICaller, _ scope: RequestScope) async throws {
        // Whatever account it acts for: its own row is looked for.
        let scope = RequestScope(tenant: caller.tenant, actor: caller.actor, source: scope.source)
        switch caller.kind {
        case .key: try await keys.again(caller, scope)
        case .session, .support: try await sessions.again(caller, scope)
        }
    }

    /// A caller, and the requests that it and its operator have a minute.
    struct Found: Sendable {
        let caller: APICaller
        let rate: Int
        let tenantRate: Int
    }
}
