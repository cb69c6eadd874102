import Foundation
package import Logging
import SIP
package import Services

/// The program's own secrets: the key under which the database's secrets are sealed, and the one that signs nonces.
package struct SecretKeeper: Sendable {
    /// Opens what the router needs.
    package let routing: RoutingSecrets
    /// Signs nonces; new in every process, so that old ones become stale, and a client simply answers again.
    package let nonceSecret: [UInt8]
    /// Seals what the API keeps for others.
    package let ring: KeyRing

    /// Fetches the keys. Where no key is named, it is the file in the data directory, which is made when there is none.
    package init(_ configuration: Configuration, logger: Logger) async throws {
        if configuration.secretKey == nil {
            try FileManager.default.createDirectory(
                atPath: configuration.dataDirectory, withIntermediateDirectories: true)
            try KeyFile.loadOrCreate(at: configuration.keyFile)
        }
        let resolve = ResolveSecret(environment: configuration.environment)
        let ring = try await KeyRing.load(
            current: configuration.secretKey ?? .file(path: configuration.keyFile),
            retired: configuration.retiredSecretKeys, with: resolve)
        self.ring = ring
        nonceSecret = (0..<32).map { _ in UInt8.random(in: 0...255) }
        routing = RoutingSecrets(
            open: { bytes, keyID, context in
                try ring.open(Sealed(keyID: keyID, bytes: bytes), for: context).text
            },
            resolve: { try await resolve($0).text },
            report: { logger.error("\($0)") })
    }

    /// The demonstration's SIP login, sealed for the rows that the seed makes.
    package func demoLogin(realm: String, password: String) throws -> SeedDemo.Settings.Login {
        let context = RoutingSecrets.context(
            tenant: SeedDemo.tenant, trunk: SeedDemo.digestTrunk, login: "\(SeedDemo.digestUser)@\(realm)")
        func sealed(_ algorithm: DigestAlgorithm) throws -> Sealed {
            let ha1 = HA1(user: SeedDemo.digestUser, realm: realm, password: password, algorithm: algorithm)
            return try ring.seal(Secret(ha1.secretHex), for: context)
        }
        let (md5, sha256) = (try sealed(.md5), try sealed(.sha256))
        return SeedDemo.Settings.Login(
            realm: realm, keyID: md5.keyID, md5: md5.bytes.hex, sha256: sha256.bytes.hex)
    }

    /// The secret of the demonstration's webhook, sealed for its row.
    package func demoWebhook(secret: String) throws -> SeedDemo.Settings.WebhookSecret {
        // Bound to its row, so that it cannot be moved to another.
        let context = "integration.webhooks/\(SeedDemo.tenant.text)/\(SeedDemo.webhook.text)"
        let sealed = try ring.seal(Secret(secret), for: context)
        return SeedDemo.Settings.WebhookSecret(keyID: sealed.keyID, secret: sealed.bytes.hex)
    }

}
