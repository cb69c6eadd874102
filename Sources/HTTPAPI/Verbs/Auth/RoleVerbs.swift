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
        var entry = ChangeRole.Entry(name: call.body.required("name"))
        entry.description = call.body.text("description") ?? ""
        entry.requiresTOTP = call.body.flag("requires_totp")
        entry.permissions = call.body.texts("permissions")
        return try await call.change { [entry] session, scope in
            let role = try await ChangeRole.create(entry, scope, session)
            return .object("role", status: 201) { json in
                json.id("id", role)
                json.text("name", entry.name)
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
            try await ChangeRole.setPermissions(call.body.texts("permissions"), of: role, scope, session)
            return .nothing
        }
    }

    private static let delete = Verb(
        method: .delete, path: "/v1/auth/roles/{key}", name: "delete_role", tag: "auth", summary: "Delete a role",
        description: "Who has it loses what it permits.", access: .staff("auth:write"), answer: .none, status: 204
    ) { call in
        let role = try call.id()
        return try await call.change { session, scope in
            try await ChangeRole.delete(role, scope, session)
            return .nothing
        }
    }
}
