package import Foundation
package import Postgres

/// Gives roles to users, and permissions to roles. Nobody gives more than he may himself, and nobody takes what is
/// more.
package enum GrantRoles {
    /// Gives a user these roles, and no others.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func set(
        _ names: [String], of user: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let known = try await session.run(
            "select name from auth.roles where tenant_id = \(scope.tenant) and name = any (\(names))"
        ).values(String.self)
        let unknown = Set(names).subtracting(known).sorted()
        guard unknown.isEmpty else {
            throw ResourceFault(unknown.map { .init("roles", pointer: "/roles", $0, expected: "the name of a role") })
        }
        // What is given, and what is taken.
        let permissions = try await session.run(
            """
            select distinct rp.permission
              from auth.roles r
              join auth.role_permissions rp on rp.tenant_id = r.tenant_id and rp.role_id = r.id
             where r.tenant_id = \(scope.tenant)
               and (r.name = any (\(names)))
                   <> exists (select from auth.user_roles ur
                               where ur.tenant_id = r.tenant_id and ur.role_id = r.id and ur.user_id = \(user))
            """
        ).values(String.self)
        try refuse(permissions, scope)
        if !permissions.isEmpty { try await UserLink.revoke(of: user, scope, session) }
        _ = try await session.run(
            """
            delete from auth.user_roles ur
             using auth.roles r
             where ur.tenant_id = \(scope.tenant) and ur.user_id = \(user)
               and r.tenant_id = ur.tenant_id and r.id = ur.role_id and r.name <> all (\(names))
            """)
        _ = try await session.run(
            """
            insert into auth.user_roles (tenant_id, user_id, role_id)
            select r.tenant_id, \(user), r.id from auth.roles r
             where r.tenant_id = \(scope.tenant) and r.name = any (\(names))
                on conflict do nothing
            """)
    }

    /// Gives a role these permissions, and no others.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func set(
        permissions: [String], ofRole role: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws {
        let known = try await session.run("select name from auth.permissions where name = any (\(permissions))")
            .values(String.self)
        let unknown = Set(permissions).subtracting(known).sorted()
        guard unknown.isEmpty else {
            throw ResourceFault(
                unknown.map {
                    .init(
                        "permissions", pointer: "/permissions", $0, expected: "a permission: see /v1/auth/permissions")
                })
        }
        let had = try await session.run(
            "select permission from auth.role_permissions where tenant_id = \(scope.tenant) and role_id = \(role)"
        ).values(String.self)
        try refuse(Array(Set(had).symmetricDifference(permissions)), scope)
        _ = try await session.run(
            """
            delete from auth.role_permissions
             where tenant_id = \(scope.tenant) and role_id = \(role) and permission <> all (\(permissions))
            """)
        do {
            _ = try await session.run(
                """
                insert into auth.role_permissions (tenant_id, role_id, permission)
                select \(scope.tenant), \(role), p from unnest(\(permissions)::text[]) p
                    on conflict do nothing
                """)
        } catch {
            guard error.server?.constraint == "support_is_of_the_platform" else { throw error }
            throw ResourceFault(.refused, "only the platform's own staff enters and changes other operators")
        }
    }

    /// - Throws: `ResourceFault` when whoever asks lacks one of them.
    package static func refuse(_ permissions: [String], _ scope: RequestScope) throws {
        let missing = permissions.filter { !scope.may($0) }.sorted()
        guard missing.isEmpty else {
            throw ResourceFault(
                .forbidden, "nobody gives or takes what he may not himself: \(missing.joined(separator: ", "))")
        }
    }

    /// Refuses what concerns a user who may more than whoever asks, or is not among those that he may look after.
    package static func mayLookAfter(_ user: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let row = try await session.run(
            """
            select auth.permissions_of(u.tenant_id, u.id) from auth.users u
             where u.tenant_id = \(scope.tenant) and u.id = \(user)
            """
        ).first
        guard let row else { throw ResourceFault(.notFound, "there is no user \(user.text)") }
        try refuse(try row.column(0, as: [String].self), scope)
    }
}
