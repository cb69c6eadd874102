import ArgumentParser
import Foundation
import Postgres
import Server
import Services

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who log in: invite them, list them, let them in again.",
        subcommands: [Invite.self, List.self, Link.self, Unlock.self])

    /// Does something with a user as an operator's own.
    static func change<Value: Sendable>(
        _ options: DataOptions, _ tenant: TenantOption,
        _ body: @escaping @Sendable (RequestScope, Connection) async throws -> Value
    ) async throws -> Value {
        try await options.withDatabases(options.configuration()) { databases in
            let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle user")
            return try await databases.app.transaction(context: scope.opening, statementTimeout: .seconds(30)) {
                try await body(scope, $0)
            }
        }
    }

    /// Says where a link leads.
    static func show(_ link: UserLink.Made, asJSON: Bool) {
        if asJSON {
            print(
                JSONWriter.object { json in
                    json.text("email", link.email)
                    json.text("token", link.token.text)
                    json.time("expires_at", link.expiresAt)
                })
        } else {
            print(link.token.text)
            complain(
                "Give it to \(link.email), who chooses a password by it until \(link.expiresAt.formatted(.iso8601)): "
                    + "POST /v1/auth/password/reset. It is shown this once.")
        }
    }
}

extension UserCommand {
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user, and show the token of a link to choose a password by.",
            discussion:
                "The roles that an operator begins with are made where there are none: admin, support, finance, "
                + "customer. Staff of the platform is of the tenant `unattributed`.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The login, an address.")
        var email: String

        @Option(help: "Name as people read it (default: the address).")
        var name: String?

        @Option(name: .customLong("role"), help: "A role, as admin; may be given several times.")
        var roles: [String] = []

        @Option(help: ArgumentHelp("The account whose people it belongs to (default: staff).", valueName: "BAN or id"))
        var account: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let link = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                var entry = UserEntry(email: email, name: name ?? email)
                entry.roles = roles
                if let account { entry.account = try await FindAccount(databases.engine)(account, of: owner) }
                let scope = RequestScope(tenant: owner, actor: "heddle user")
                return try await databases.app.transaction(context: scope.opening, statementTimeout: .seconds(30)) {
                    [entry] session in
                    try await InviteUser.addUsualRoles(scope, session)
                    return try await InviteUser.make(entry, scope, session).link
                }
            }
            UserCommand.show(link, asJSON: json)
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show the token of a link by which a user chooses another password.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The login.")
        var email: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let link = try await UserCommand.change(options, tenant) { [email] scope, session in
                let user = try await ListUsers.find(email, scope, session)
                return try await UserLink.make(.passwordReset, for: user, scope, session)
            }
            UserCommand.show(link, asJSON: json)
        }
    }

    struct Unlock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Unlock a user who failed too often.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The login.")
        var email: String

        func run() async throws {
            try await UserCommand.change(options, tenant) { [email] scope, session in
                try await ChangeUser.unlock(try await ListUsers.find(email, scope, session), scope, session)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users, by their logins.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption
        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let lines = try await UserCommand.change(options, tenant) { [limit = length.number] scope, session in
                try await ListUsers.all(scope, limit: limit, session)
            }
            print(json ? Self.json(lines) : Self.text(lines))
        }

        private static func text(_ lines: [UserLine]) -> String {
            var table = Table(["LOGIN", "NAME", "STATUS", "ROLES", "SECOND FACTOR", "LAST LOGIN"])
            for line in lines {
                table.add([
                    line.email, line.name, line.status, line.roles.joined(separator: ","),
                    line.hasFactor ? "yes" : "no",
                    line.lastLogin?.formatted(.iso8601) ?? "never",
                ])
            }
            return table.text
        }

        private static func json(_ lines: [UserLine]) -> String {
            var writer = JSONWriter()
            writer.array { json in
                for line in lines {
                    json.object { json in
                        json.text("email", line.email)
                        json.text("name", line.name)
                        json.text("status", line.status)
                        json.array("roles") { json in for role in line.roles { json.text(nil, role) } }
                        json.flag("has_second_factor", line.hasFactor)
                        json.time("last_login_at", line.lastLogin)
                    }
                }
            }
            return writer.text
        }
    }
}
