/// Decides whether credentials prove what they claim.
///
/// The order is: the digest first, then the nonce. Only a client that knows the secret learns that its nonce is
/// stale, and a wrong password is wrong with any nonce.
package struct DigestVerifier: Sendable {
    /// What the credentials are worth.
    package enum Verdict: Sendable, Hashable {
        /// The client knows the secret, and this is the first request with these credentials.
        case valid
        /// The client knows the secret; its nonce is old, unknown, or was used before. Challenge with `stale=true`.
        case stale
        /// The secret, the method or the URI is another.
        case wrong
        /// The caller has no secret for this name and algorithm.
        case unknownUser
        /// Something that was asked for is missing: quality of protection.
        case malformed
    }

    /// Whether credentials without `qop` are taken. Each nonce is then good for one request.
    package let allowsMissingProtection: Bool
    private let mint: NonceMint
    private var uses: NonceUses

    /// - Parameter noncesMax: how many used nonces are remembered in each of two generations.
    package init(mint: NonceMint, noncesMax: Int = 50_000, allowsMissingProtection: Bool = false) {
        self.mint = mint
        self.allowsMissingProtection = allowsMissingProtection
        uses = NonceUses(capacity: noncesMax)
    }

    /// How many used nonces are remembered.
    package var rememberedCount: Int { uses.count }

    /// Whether the credentials carry a nonce of ours for this scope, in time or too old.
    ///
    /// Who has such a nonce received our challenge there: a sender that only writes somebody's address has not.
    package func knowsNonce(of credentials: DigestCredentials, at now: Int64, scope: String) -> Bool {
        mint.standing(of: credentials.nonce, at: now, scope: scope) != .foreign
    }

    /// Checks credentials that came with a request.
    ///
    /// - Parameters:
    ///   - requestURI: the Request-URI, which must name the same resource as the URI the client hashed; nil leaves
    ///     that unchecked, for a server behind a proxy that rewrites it.
    ///   - now: seconds since 1970.
    ///   - scope: the scope the nonce was made with.
    ///   - secret: the caller's secret for a user, realm and algorithm, nil for a user it does not know.
    package mutating func verify(
        _ credentials: DigestCredentials, method: Method, requestURI: URI?, at now: Int64, scope: String = "",
        secret: (DigestCredentials) -> HA1?
    ) -> Verdict {
        guard credentials.protection != nil || allowsMissingProtection else { return .malformed }
        let known = secret(credentials).flatMap { $0.algorithm == credentials.algorithm ? $0 : nil }
        // An unknown user costs the same time as a known one.
        let ha1 = known ?? HA1(user: "", realm: "", password: "", algorithm: credentials.algorithm)
        let expected = Digest.response(
            ha1: ha1, method: method, uri: credentials.uri.bytes, nonce: credentials.nonce.bytes,
            protection: credentials.protection.map { ($0.nonceCountText.bytes, $0.cnonce.bytes) })
        let isRight = equalInConstantTime(expected, credentials.response)
        guard known != nil else { return .unknownUser }
        guard isRight, namesResource(credentials.uri, requestURI) else { return .wrong }
        guard case .good(let nonce) = mint.standing(of: credentials.nonce, at: now, scope: scope) else {
            return .stale
        }
        // Without a count the nonce is used up whole: no other count may follow or precede.
        let count = credentials.protection?.nonceCount ?? .max
        return uses.use(nonce, count: count) ? .valid : .stale
    }

    private func namesResource(_ hashed: Text, _ requestURI: URI?) -> Bool {
        guard let requestURI else { return true }
        if hashed.bytes == requestURI.text.bytes { return true }
        guard let uri = try? URI(hashed.source, hashed.extent, field: .uri) else { return false }
        return uri.names(sameAs: requestURI)
    }
}
