import SIP
import Services
import Synchronization
import Telecom

/// Who a caller with credentials is (RFC 8760): makes nonces and counts wrong tries, in bounded memory.
///
/// The source of a datagram can be forged. Only a try with a nonce that we gave to that very address is looked at and
/// counted: whoever sends it has received our challenge there. Any other nonce gets a new challenge and nothing else,
/// so nobody can use up the tries of another address, and nobody learns about a password without using up tries.
///
/// Each router has a gate of its own, with nonces and counts of its own. A caller whose next request reaches another
/// router, or the same one started anew, is challenged once more with `stale`, which a telephone answers by itself; and
/// a source has its tries at each router.
final class DigestGate: Sendable {
    private let realm: String
    private let algorithms: [DigestAlgorithm]
    private let mint: NonceMint
    private let state: Mutex<State>

    /// After so many wrong tries within the window a source gets no further challenge.
    private static let triesMaximum = 3
    private static let windowSeconds: Int64 = 60
    /// Sources that are remembered; beyond it all are forgotten, which only gives them their tries back.
    private static let sourcesMaximum = 20_000

    private struct State {
        var verifier: DigestVerifier
        var wrong: [String: (count: Int, since: Int64)] = [:]
        var lastUnique: UInt64 = 0
    }

    /// - Parameter secret: signs nonces.
    init(realm: String, algorithms: [DigestAlgorithm], secret: [UInt8]) {
        self.realm = realm
        self.algorithms = algorithms
        mint = NonceMint(secret: secret, realm: realm)
        state = Mutex(State(verifier: DigestVerifier(mint: mint)))
    }

    /// What the request's credentials are worth.
    /// - Parameters:
    ///   - source: the caller's address, to which nonces and wrong tries are bound.
    ///   - now: seconds since 1970.
    func check(_ request: Request, source: String, data: RoutingData, now: Int64) -> DigestState {
        guard let credentials = try? DigestCredentials.find(in: request.headers, .proxyAuthorization, realm: realm)
        else { return isExhausted(source, now) ? .exhausted : .none }  // malformed credentials are none
        if isExhausted(source, now) { return .exhausted }
        let verdict: DigestVerifier.Verdict? = state.withLock { state in
            guard state.verifier.knowsNonce(of: credentials, at: now, scope: source) else { return nil }
            return state.verifier.verify(
                credentials, method: request.method, requestURI: request.uri, at: now, scope: source
            ) { credentials in
                let secret = data.credentials["\(credentials.username)@\(self.realm)"]
                return credentials.algorithm == .md5 ? secret?.md5 : secret?.sha256
            }
        }
        switch verdict {
        case nil: return .stale
        case .valid: return .verified(user: "\(credentials.username)@\(realm)")
        case .stale: return .stale
        default:
            countWrong(source, now)
            return isExhausted(source, now) ? .exhausted : .wrong
        }
    }

    /// The headers of a 407, one for each algorithm, the most preferred first.
    func challenge(stale: Bool, source: String, now: Int64) -> [HeaderLine] {
        let unique = state.withLock { state in
            state.lastUnique += 1
            return state.lastUnique
        }
        let nonce = mint.nonce(at: now, unique: unique, scope: source)
        return DigestChallenge(realm: realm, nonce: nonce, algorithms: algorithms, isStale: stale)
            .headers(.proxyAuthenticate)
    }

    private func isExhausted(_ source: String, _ now: Int64) -> Bool {
        state.withLock { state in
            guard let entry = state.wrong[source], now - entry.since < Self.windowSeconds else { return false }
            return entry.count >= Self.triesMaximum
        }
    }

    private func countWrong(_ source: String, _ now: Int64) {
        state.withLock { state in
            if state.wrong.count >= Self.sourcesMaximum { state.wrong.removeAll() }
            let entry = state.wrong[source] ?? (0, now)
            state.wrong[source] = now - entry.since < Self.windowSeconds ? (entry.count + 1, entry.since) : (1, now)
        }
    }
}
