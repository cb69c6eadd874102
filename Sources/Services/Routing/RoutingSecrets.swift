package import Foundation
import Postgres
import SIP

/// Opens the secrets that calls are authenticated with: what customers prove to us, and what carriers ask of us.
package struct RoutingSecrets: Sendable {
    /// Opens a ciphertext of the database.
    package typealias Open = @Sendable (_ ciphertext: [UInt8], _ keyID: String, _ context: String) throws -> String
    /// Fetches what a reference names.
    package typealias Resolve = @Sendable (_ reference: String) async throws -> String

    private let open: Open
    private let resolve: Resolve
    private let report: @Sendable (String) -> Void

    /// - Parameter report: hears of each secret that cannot be had; the trunk then works without it, or not at all.
    package init(open: @escaping Open, resolve: @escaping Resolve, report: @escaping @Sendable (String) -> Void) {
        self.open = open
        self.resolve = resolve
        self.report = report
    }

    /// What a ciphertext is bound to, so that it cannot be moved to another row.
    package static func context(tenant: UUID, trunk: UUID, login: String) -> String {
        "routing.trunk_credentials/\(tenant.text)/\(trunk.text)/\(login)"
    }

    func customerSecrets(_ session: Connection) async throws -> [String: RoutingData.TrunkSecret] {
        let rows = try await session.run(
            """
            select tenant_id, trunk_id, login, key_id, encode(ha1_md5_ciphertext, 'hex'),
                   encode(ha1_sha256_ciphertext, 'hex')
              from routing.trunk_credentials
            """)
        var secrets: [String: RoutingData.TrunkSecret] = [:]
        for (tenant, trunk, login, keyID, md5, sha256) in try rows.decode(
            UUID.self, UUID.self, String.self, String.self, String?.self, String?.self)
        {
            let context = Self.context(tenant: tenant, trunk: trunk, login: login)
            do {
                secrets[login] = RoutingData.TrunkSecret(
                    md5: try md5.flatMap { HA1(hex: try open(Self.bytes($0), keyID, context), algorithm: .md5) },
                    sha256: try sha256.flatMap {
                        HA1(hex: try open(Self.bytes($0), keyID, context), algorithm: .sha256)
                    })
            } catch {
                report("the secret of SIP login \(login) cannot be opened: \(error)")
            }
        }
        return secrets
    }

    func carrierLogins(_ rows: [CarrierLoginRow]) async -> [UUID: RoutingData.CarrierLogin] {
        var logins: [UUID: RoutingData.CarrierLogin] = [:]
        for row in rows {
            do {
                let password = try await resolve(row.reference)
                logins[row.carrierTrunkID] = RoutingData.CarrierLogin(
                    user: row.user, realm: row.realm,
                    ha1: HA1(user: row.user, realm: row.realm, password: password, algorithm: .md5))
            } catch {
                report("the password of carrier trunk \(row.carrierTrunkID.text) cannot be had: \(error)")
            }
        }
        return logins
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}
