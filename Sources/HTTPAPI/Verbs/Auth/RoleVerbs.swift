import Foundation
import HTTPTypes
import Postgres
import Services

/// What is done with roles. Nobody gives or takes a permission that he has not.
enum RoleVerbs {
    static let all = [create, setPermissions, delete]

    private static let permissions = VerbField(
        "permissions", .texts(1000, 1...100), "What it permits: names of /v1/auth/permissions.")

    private static let create = Verb(
        method: .post, path: "/v1/auth/roles", name: "create_role", tag: "auth", summary: "Make a role",
        access: .staff("auth:write"),
        body: [
            .init("name", .text(1...100), "Name, unique within the operator."),
            .optional("description", .text(0...500), "What it is for."),
            .optional("requires_totp", .boolean, "Whether who has it must log in with a second factor."), permissions,
        ],
        answer: .object("role", [.init("id", .uuid, "The role."), .init("name", .text(1...100), "Its name.")]),
        status: 201
    ) { call in
        try await call.change { session, scope in
            let name = call.body.required("name")
            let role: UUID?
            do throws(PostgresError) {
                role = try await session.run(
                    """
                    insert into auth.roles (tenant_id, name, description, requires_totp)
                    values (\(scope.tenant), \(name), \(call.body.text("description") ?? ""),
                            \(call.body.flag("requires_totp")))
                    returning id
                    """
                ).value(UUID.self)
            } catch {
                guard error.server?.constraint == "role_name_is_taken_once" else { throw error }
                throw ResourceFault(.conflict, "there is a role \"\(name)\" already")
            }
            guard let role else { throw ResourceFault(.refused, "the role was not made") }
            try await GrantRoles.set(permissions: call.body.texts("permissions"), ofRole: role, scope, session)
            return .object("role", status: 201) { json in
                json.id("id", role)
                json.text("name", name)
            }
        }
    }

    private static let setPermissions = Verb(
        method: .put, path: "/v1/auth/roles/{key}/permissions", name: "set_role_permissions", tag: "auth",
        summary: "Give a role these permissions, and no others", access: .staff("auth:write"), body: [permissions],
        answer: .none, status: 204
    ) { call in
        let role = try call.id()
        return try await call.change { session, scope in
            try await find(role, scope, session)
            try await GrantRoles.set(permissions: call.body.texts("permissions"), ofRole: role, scope, session)
            return .nothing
        }
    }

    private static let delete = Verb(
        method: .delete, path: "/v1/auth/roles/{key}", name: "delete_role", tag: "auth", summary: "Delete a role",
        description: "Who has it loses what it permits.", access: .staff("auth:write"), answer: .none, status: 204
    ) { call in
        let role = try call.id()
        return try await call.change { session, scope in
            try await find(role, scope, session)
            try await GrantRoles.set(permissions: [], ofRole: role, scope, session)
            _ = try await session.run(
                "delete from auth.roles where tenant_id = \(scope.tenant) and id = \(role)")
            return .nothing
        }
    }

    private static func find(_ role: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        let found = try await session.run(
            "select count(*) from auth.roles where tenant_id = \(scope.tenant) and id = \(role)"
        ).value(Int.self)
        guard found == 1 else { throw ResourceFault(.notFound, "there is no role \(role.text)") }
    }
}
