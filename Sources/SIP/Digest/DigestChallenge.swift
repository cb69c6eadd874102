/// What a server asks of a client: one header for each algorithm, the preferred one first (RFC 8760 section 2.4).
package struct DigestChallenge: Sendable, Hashable {
    /// The realm, shown to the user and part of HA1.
    package let realm: String
    /// A nonce of ``NonceMint``; one serves all algorithms.
    package let nonce: String
    /// The algorithms offered, the preferred one first.
    package let algorithms: [DigestAlgorithm]
    /// The credentials were right and only the nonce was old: the client may try again without asking its user.
    package let isStale: Bool

    /// A challenge with SHA-256 before MD5, unless told otherwise.
    package init(
        realm: String, nonce: String, algorithms: [DigestAlgorithm] = [.sha256, .md5], isStale: Bool = false
    ) {
        self.realm = realm
        self.nonce = nonce
        self.algorithms = algorithms
        self.isStale = isStale
    }

    /// The header lines of a 407, or with `WWW-Authenticate` of a 401.
    package func headers(_ name: HeaderName = .proxyAuthenticate) -> [HeaderLine] {
        let quoted = realm.filter { $0 != "\"" && $0 != "\\" }
        return algorithms.map { algorithm in
            let stale = isStale ? ",stale=true" : ""
            return HeaderLine(
                name.text,
                "Digest realm=\"\(quoted)\",nonce=\"\(nonce)\",algorithm=\(algorithm.rawValue),qop=\"auth\"\(stale)")
        }
    }
}
