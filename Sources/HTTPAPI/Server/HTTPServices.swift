package import Postgres
package import Services

/// What the API works with.
package struct HTTPServices: Sendable {
    /// As `heddle_app`: what a client asks for is read within its row policies.
    package let app: Database
    /// As `heddle_engine`, for services that write what `heddle_app` may not; they are told the tenant of the key.
    package let engine: Database
    package let resolve: ResolveSecret
    /// Seals the secrets that we keep for others.
    package let ring: KeyRing
    package let passwords: PasswordHasher
    /// For requests that route calls of the past again.
    let rehearsals = Places(3, ofOne: 1)

    package init(
        app: Database, engine: Database, resolve: ResolveSecret, ring: KeyRing,
        passwords: PasswordHasher = PasswordHasher()
    ) {
        self.app = app
        self.engine = engine
        self.resolve = resolve
        self.ring = ring
        self.passwords = passwords
    }
}

/// What is asked of the rest of heddle.
package struct HTTPProbes: Sendable {
    /// What is missing before calls and requests can be served, in sentences; nothing when all is there.
    package let missing: @Sendable () async -> [String]
    package let metrics: @Sendable () async -> [Metric]

    package init(
        missing: @escaping @Sendable () async -> [String], metrics: @escaping @Sendable () async -> [Metric]
    ) {
        self.missing = missing
        self.metrics = metrics
    }
}
