package import Foundation
import Postgres
import SIP
import Telecom

/// Opens the secrets that calls are authenticated with: what customers prove to us, and what carriers ask of us.
package struct RoutingSecrets: Sendable {
    /// Opens a ciphertext of the database.
    package typealias Open = @Sendable (_ ciphertext: [UInt8], _ keyID: String, _ context: String) throws -> String
    /// Fetches what a reference names.
    package typealias Resolve = @Sendable (_ reference: String) async throws -> String

    private let open: Open
    private let resolve: Resolve
    let report: @Sendable (String) -> Void

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

    /// How to log in at carriers. Each password is fetched once, whoever shares it, a few at a time.
    /// - Parameter previous: what was had before. A password that cannot be had now is used as it was then: where it is
    ///   kept may be away for a while, and the carrier still takes it.
    func carrierLogins(
        _ rows: [CarrierLoginRow], keeping previous: [TenantKey: RoutingData.CarrierLogin]
    ) async -> [TenantKey: RoutingData.CarrierLogin] {
        let passwords = await resolve(Set(rows.map(\.reference)))
        var logins: [TenantKey: RoutingData.CarrierLogin] = [:]
        for row in rows {
            switch passwords[row.reference] {
            case .success(let password):
                logins[row.trunk] = RoutingData.CarrierLogin(
                    user: row.user, realm: row.realm,
                    ha1: HA1(user: row.user, realm: row.realm, password: password, algorithm: .md5),
                    reference: row.reference)
            case .failure(let error):
                let old = previous[row.trunk].flatMap { row.isOf($0) ? $0 : nil }
                logins[row.trunk] = old
                let consequence = old == nil ? "it cannot log in" : "the one that was had before stays in use"
                report("the password of carrier trunk \(row.trunk.id.text) cannot be had, \(consequence): \(error)")
            case nil: break  // every reference of a row was asked for
            }
        }
        return logins
    }

    private static let mostAtOnce = 8

    /// What became of one reference. Not a pair: where the child task returned one, a release build of Swift 6.3.1 read
    /// what was none, and the process ended.
    private struct Resolved: Sendable {
        let reference: String
        let password: Result<String, any Error>
    }

    func resolve(_ references: Set<String>) async -> [String: Result<String, any Error>] {
        await withTaskGroup(of: Resolved.self) { group in
            var passwords: [String: Result<String, any Error>] = [:]
            for (index, reference) in references.sorted().enumerated() {
                if index >= Self.mostAtOnce, let done = await group.next() { passwords[done.reference] = done.password }
                group.addTask { await resolved(reference) }
            }
            for await done in group { passwords[done.reference] = done.password }
            return passwords
        }
    }

    private func resolved(_ reference: String) async -> Resolved {
        let password: Result<String, any Error>
        do { password = .success(try await resolve(reference)) } catch { password = .failure(error) }
        return Resolved(reference: reference, password: password)
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

extension CarrierLoginRow {
    /// Whether a login was made for this row as it is now.
    fileprivate func isOf(_ login: RoutingData.CarrierLogin) -> Bool {
        login.user == user && login.realm == realm && login.reference == reference
    }
}
