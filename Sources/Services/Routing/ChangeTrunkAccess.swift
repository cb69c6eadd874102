package import Foundation
package import Postgres
import SIP

/// Says where calls of a trunk come from, and with which logins, in a transaction of its caller's.
package enum ChangeTrunkAccess {
    /// Where calls come from.
    package struct Address: Sendable {
        package let network: String
        package var port: Int?
        package var transport: String?
        package var techPrefix = ""

        package init(network: String) { self.network = network }
    }

    /// A login.
    package struct Login: Sendable {
        package let username: String
        package let realm: String
        /// One is made when `nil`.
        package var password: String?

        package init(username: String, realm: String) {
            self.username = username
            self.realm = realm
        }
    }

    /// - Returns: the row of `routing.trunk_acl`.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func add(
        _ address: Address, to trunk: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> UUID {
        let account = try await account(of: trunk, scope, session)
        let id = UUID.v7()
        do throws(PostgresError) {
            try await session.run(
                """
                insert into routing.trunk_acl (tenant_id, id, account_id, trunk_id, network, port, transport,
                                               tech_prefix)
                values (\(scope.tenant), \(id), \(account), \(trunk), \(address.network)::text::cidr,
                        \(address.port.map(Int32.init)), \(address.transport), \(address.techPrefix))
                """)
            try await session.run(bump)
        } catch {
            throw failure(error, address)
        }
        return id
    }

    /// - Throws: `ResourceFault` when there is no such address, or `PostgresError`.
    package static func removeAddress(_ id: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let deleted = try await session.run(
            "delete from routing.trunk_acl where tenant_id = \(scope.tenant) and id = \(id)"
        ).affected
        guard deleted == 1 else { throw ResourceFault(.notFound, "there is no address \(id.text)") }
        try await session.run(bump)
    }

    /// Makes a login, or gives the one of that name another password. Its hashes alone are kept, sealed.
    /// - Returns: the row of `routing.trunk_credentials`, and the password.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func set(
        _ login: Login, of trunk: UUID, _ ring: KeyRing, _ scope: RequestScope, _ session: Connection
    ) async throws -> (id: UUID, password: String) {
        let account = try await account(of: trunk, scope, session)
        let password = login.password ?? APIKeyText.randomText(count: passwordCharacters)
        let context = RoutingSecrets.context(
            tenant: scope.tenant, trunk: trunk, login: "\(login.username)@\(login.realm)")
        func sealed(_ algorithm: DigestAlgorithm) throws -> Sealed {
            let ha1 = HA1(user: login.username, realm: login.realm, password: password, algorithm: algorithm)
            return try ring.seal(Secret(ha1.secretHex), for: context)
        }
        let (md5, sha256) = (try sealed(.md5), try sealed(.sha256))
        let id: UUID?
        do throws(PostgresError) {
            id = try await session.run(
                """
                insert into routing.trunk_credentials as c (tenant_id, account_id, trunk_id, username, realm,
                                                            ha1_md5_ciphertext, ha1_sha256_ciphertext, key_id)
                values (\(scope.tenant), \(account), \(trunk), \(login.username), \(login.realm),
                        decode(\(md5.bytes.hex), 'hex'), decode(\(sha256.bytes.hex), 'hex'), \(md5.keyID))
                on conflict (tenant_id, login) do update
                   set ha1_md5_ciphertext = excluded.ha1_md5_ciphertext,
                       ha1_sha256_ciphertext = excluded.ha1_sha256_ciphertext, key_id = excluded.key_id,
                       rotated_at = now()
                 where c.trunk_id = excluded.trunk_id
                returning id
                """
            ).value(UUID.self)
            try await session.run(bump)
        } catch {
            throw WriteFailure.ofModel(error)
        }
        guard let id else {
            throw ResourceFault(.conflict, "the login \(login.username)@\(login.realm) is another trunk's")
        }
        return (id, password)
    }

    private static let passwordCharacters = 24
    private static let bump: SQL = "select core.bump_snapshot('routing')"

    private static func account(of trunk: UUID, _ scope: RequestScope, _ session: Connection) async throws -> UUID {
        let account = try await session.run(
            "select account_id from routing.trunks where tenant_id = \(scope.tenant) and id = \(trunk)"
        ).value(UUID.self)
        guard let account else { throw ResourceFault(.notFound, "there is no trunk \(trunk.text)") }
        return account
    }

    private static func failure(_ error: PostgresError, _ address: Address) -> any Error {
        if error.sqlState == "22P02" {
            return ResourceFault([
                .init(
                    "network", pointer: "/network", address.network,
                    expected: "a network like 203.0.113.5/32 or 2001:db8::/48, without bits beyond its length")
            ])
        }
        return WriteFailure.ofModel(error)
    }
}
