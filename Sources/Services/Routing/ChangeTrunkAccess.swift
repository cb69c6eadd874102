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
        // PostgreSQL takes 10 for 10.0.0.0/8.
        let isWhole = address.network.contains(":") || address.network.contains(/^[0-9]+(\.[0-9]+){3}(\/|$)/)
        guard isWhole else { throw wrongNetwork(address) }
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
            throw failure(error, login)
        }
        guard let id else { throw taken(login) }
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

    private static func wrongNetwork(_ address: Address) -> ResourceFault {
        ResourceFault([
            .init(
                "network", pointer: "/network", address.network,
                expected: "a network like 203.0.113.5/32 or 2001:db8::/48, without bits beyond its length")
        ])
    }

    private static func failure(_ error: PostgresError, _ address: Address) -> any Error {
        func wrong(_ kind: ResourceFault.Kind, _ sentence: String, _ expected: String) -> ResourceFault {
            ResourceFault(
                kind, sentence, [.init("network", pointer: "/network", address.network, expected: expected)])
        }
        if error.sqlState == "22P02" { return wrongNetwork(address) }
        switch error.server?.constraint {
        case "trunk_source_is_taken_once":
            return wrong(
                .conflict, "\(address.network) names a trunk already", "a network that names no trunk, or a tech prefix"
            )
        case "trunk_source_is_claimed_once":
            return wrong(
                .conflict, "\(address.network) is in use by another operator",
                "a network of the operator's own, or a tech prefix that begins no other and that no other begins")
        case "trunk_network_has_8_bits_or_16_in_ipv6":
            return wrong(.refused, "\(address.network) is too wide", "/8 at the widest, of IPv6 /16")
        case "trunk_network_is_not_ipv4_in_ipv6":
            return wrong(.refused, "\(address.network) is an IPv4 address", "the same as 203.0.113.5/32")
        case "trunk_tech_prefix_is_dialable":
            return ResourceFault(
                .refused, "tech_prefix is \"\(address.techPrefix)\", expected digits, * and #",
                [.init("tech_prefix", pointer: "/tech_prefix", address.techPrefix, expected: "digits, * and #")])
        default: return WriteFailure.ofModel(error)
        }
    }

    private static func taken(_ login: Login) -> ResourceFault {
        ResourceFault(
            .conflict, "the login \(login.username)@\(login.realm) is another trunk's",
            [.init("username", pointer: "/username", login.username, expected: "a name that no other trunk has")])
    }

    private static func failure(_ error: PostgresError, _ login: Login) -> any Error {
        switch error.server?.constraint {
        case "sip_login_is_claimed_once": return taken(login)
        case "sip_username_is_one_word":
            let expected = "letters, digits, dot, dash and underline"
            return ResourceFault(
                .refused, "username is \"\(login.username.forDisplay(60))\", expected \(expected)",
                [.init("username", pointer: "/username", login.username, expected: expected)])
        default: return WriteFailure.ofModel(error)
        }
    }
}
