import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger auth.keep_support_of_platform: nobody but the platform has staff that enters other operators.
@Suite(.database) struct KeepSupportOfPlatformTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: ["support:enter", "tenants:write"], [true, false])
    func `only roles and keys of the platform may enter or change others`(
        permission: String, isPlatform: Bool
    ) async throws {
        let tenant =
            isPlatform
            ? try #require(UUID(uuidString: "00000000-0000-0000-0000-000000000000")) : try await db.tenant().id
        let (role, name) = (UUID(), "r\(UUID().uuidString.lowercased())")
        try await db.owner.run(
            "insert into auth.roles (tenant_id, id, name) values (\(tenant), \(role), \(name))")
        let expected = isPlatform ? nil : Refusal("23514", "support_is_of_the_platform")
        let given = try await Refusal.of {
            try await db.owner.run(
                """
                insert into auth.role_permissions (tenant_id, role_id, permission)
                values (\(tenant), \(role), \(permission))
                """)
        }
        #expect(given == expected)
        let keyed = try await Refusal.of {
            try await db.owner.run(
                """
                insert into auth.api_keys (tenant_id, name, key_prefix, key_sha256, scopes)
                values (\(tenant), 'x', \(String(name.filter { $0 != "-" }.prefix(16))), sha256('x'),
                        \([permission]))
                """)
        }
        #expect(keyed == expected)
    }
}
