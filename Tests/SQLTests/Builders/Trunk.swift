import Foundation
import Postgres
import TestSupport

/// A customer's trunk of a test's tenant.
struct Trunk: Sendable {
    let tenant: Tenant
    let account: UUID
    let id: UUID
}

extension Tenant {
    /// Makes a trunk, with an account unless there is one.
    func trunk(of account: Account? = nil) async throws -> Trunk {
        let owner = if let account { account } else { try await self.account() }
        let id = UUID()
        try await database.owner.run(
            """
            insert into routing.trunks (tenant_id, id, account_id, name)
            values (\(self.id), \(id), \(owner.id), \(id.uuidString))
            """)
        return Trunk(tenant: self, account: owner.id, id: id)
    }
}

extension Trunk {
    /// Lets the trunk call from an address.
    func admit(_ network: String, port: Int? = nil, transport: String? = nil, prefix: String) async throws {
        try await tenant.database.owner.run(admission(network, port: port, transport: transport, prefix: prefix))
    }

    /// The statement of that.
    func admission(_ network: String, port: Int? = nil, transport: String? = nil, prefix: String) -> SQL {
        """
        insert into routing.trunk_acl (tenant_id, account_id, trunk_id, network, port, transport, tech_prefix)
        values (\(tenant.id), \(account), \(id), \(network)::cidr, \(port), \(transport), \(prefix))
        """
    }

    /// Lets the trunk log in.
    func logIn(_ username: String, realm: String) async throws {
        try await tenant.database.owner.run(
            """
            insert into routing.trunk_credentials (tenant_id, account_id, trunk_id, username, realm,
                                                   ha1_md5_ciphertext, key_id)
            values (\(tenant.id), \(account), \(id), \(username), \(realm), 'x', 'test')
            """)
    }
}
