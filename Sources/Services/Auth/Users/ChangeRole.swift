package import Foundation
package import Postgres

/// Makes roles, says what they permit, and takes them away. Nobody gives or takes a permission that he has not.
package enum ChangeRole {
    /// What a new role is.
    package struct Entry: Sendable {
        package let name: String
        package var description = ""
        /// Whether who has it must log in with a second factor.
        package var requiresTOTP = false
        package var permissions: [String] = []

        package init(name: String) { self.name = name }
    }

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func create(
        _ entry: Entry, _ scope: RequestScope, _ session: Connection
    ) async throws -> UUID {
        let role: UUID?
        do throws(PostgresError) {
            role = try await session.run(
                """
                insert into auth.roles (tenant_id, name, description, requires_totp)
                values (\(scope.tenant), \(entry.name), \(entry.description), \(entry.requiresTOTP))
                returning id
                """
            ).value(UUID.self)
        } catch {
            guard error.server?.constraint == "role_name_is_taken_once" else { throw error }
            throw ResourceFault(.conflict, "there is a role \"\(entry.name)\" already")
        }
        guard let role else { throw ResourceFault(.refused, "the role was not made") }
        try await GrantRoles.set(permissions: entry.permissions, ofRole: role, scope, session)
        return role
    }

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func setPermissions(
        _ permissions: [String], of role: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws {
        try await find(role, scope, session)
        try await GrantRoles.set(permissions: permissions, ofRole: role, scope, session)
    }

    /// Who has it loses what it permits.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func delete(_ role: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        try await setPermissions([], of: role, scope, session)
        _ = try await session.run("delete from auth.roles where tenant_id = \(scope.tenant) and id = \(role)")
    }

    private static func find(_ role: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let found = try await session.run(
            "select count(*) from auth.roles where tenant_id = \(scope.tenant) and id = \(role)"
        ).value(Int.self)
        guard found == 1 else { throw ResourceFault(.notFound, "there is no role \(role.text)") }
    }
}
