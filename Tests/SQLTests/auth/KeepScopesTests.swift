import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger auth.keep_scopes: what an API key is confined to are permissions that there are.
@Suite(.database) struct KeepScopesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("{}", nil), ("{cdr:read}", nil), ("{cdr:read,billing:write,cdr:read}", nil),
        ("{cdr:erase}", "api_key_scope_is_a_permission"),
        ("{cdr:read,everything}", "api_key_scope_is_a_permission"),
        ("{cdr:read,NULL}", "api_key_scope_is_a_permission"),
    ])
    func `a scope is a permission`(scopes: String, constraint: String?) async throws {
        let tenant = try await db.tenant()
        let expected = constraint.map { Refusal("23503", $0) }
        let id = UUID()
        let made = try await Refusal.of {
            try await db.owner.run(
                """
                insert into auth.api_keys (tenant_id, id, name, key_prefix, key_sha256, scopes)
                values (\(tenant.id), \(id), 'x', \(String(id.uuidString.lowercased().filter { $0 != "-" }.prefix(16))),
                        sha256('x'), \(scopes)::text::text[])
                """)
        }
        #expect(made == expected)
        try await db.owner.run(
            """
            insert into auth.api_keys (tenant_id, name, key_prefix, key_sha256)
            values (\(tenant.id), 'y', left(md5(\(tenant.id)::text), 16), sha256('y'))
            """)
        let changed = try await Refusal.of {
            try await db.owner.run(
                "update auth.api_keys set scopes = \(scopes)::text::text[] where tenant_id = \(tenant.id)")
        }
        #expect(changed == expected)
    }
}
