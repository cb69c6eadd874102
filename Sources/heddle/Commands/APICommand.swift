import ArgumentParser
import Foundation
import Server
import Services

struct APICommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "Use the HTTP API of a server, here or elsewhere; make keys for it.",
        discussion: """
            `key` and `scopes` look into the database. All others ask a server over HTTP, as any program does: the one \
            of --profile, of HEDDLE_API_URL with HEDDLE_API_KEY, of HEDDLE_PROFILE, or the profile in use.
            """,
        subcommands: [
            Get.self, Post.self, Put.self, Patch.self, Delete.self, Operations.self, Profile.self, Login.self, Key.self,
            Scopes.self,
        ])

    struct Key: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make API keys, list them, and end them.", subcommands: [Create.self, List.self, Revoke.self])
    }

    struct Scopes: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List what a key may permit.")

        @OptionGroup var options: DataOptions

        func run() async throws {
            let permissions = try await options.withDatabases(options.configuration()) { databases in
                try await ListAPIKeys(databases.app).permissions()
            }
            var table = Table(["SCOPE", "WHAT IT PERMITS"])
            for permission in permissions { table.add([permission.name, permission.description]) }
            print(table.text)
        }
    }
}

extension APICommand.Key {
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key, and show it: this once, since only its hash is kept.",
            discussion: "Send it as `Authorization: Bearer KEY`. `heddle api scopes` lists what it may permit.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "What it is used for.")
        var name: String

        @Option(name: .customLong("scope"), help: "What it permits, as cdr:write; may be given several times.")
        var scopes: [String] = []

        @Option(help: ArgumentHelp("Confine it to an account.", valueName: "BAN or id"))
        var account: String?

        @Option(help: ArgumentHelp("When it stops working (default: never).", valueName: "time"))
        var expiresAt: Instant?

        @Option(
            name: .customLong("from"),
            help: ArgumentHelp(
                "Networks that it may be used from (default: all); may be given several times.",
                valueName: "network"))
        var networks: [String] = []

        @Option(help: "Most requests a minute.")
        var perMinute = 600

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard !scopes.isEmpty else { throw ValidationError("name what it permits: --scope cdr:write") }
        }

        func run() async throws {
            let key = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                var entry = APIKeyEntry(name: name, scopes: scopes)
                entry.expiresAt = expiresAt?.date
                entry.addresses = networks
                entry.requestsPerMinute = perMinute
                if let account { entry.account = try await FindAccount(databases.engine)(account, of: owner) }
                let scope = RequestScope(tenant: owner, actor: "heddle api key")
                return try await CreateAPIKey(databases.app)(entry, scope)
            }
            if json {
                print(
                    JSONWriter.object { json in
                        json.text("key", key.text)
                        json.text("prefix", key.prefix)
                    })
            } else {
                print(key.text)
                complain("This is the only time that the key is shown; `heddle api key revoke \(key.prefix)` ends it.")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, the newest first.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption
        @OptionGroup var length: ListLength

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let keys = try await options.withDatabases(options.configuration()) { databases in
                let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle api key")
                return try await ListAPIKeys(databases.app)(scope, limit: length.number)
            }
            print(json ? Self.json(keys) : Self.text(keys))
        }

        private static func text(_ keys: [APIKeyLine]) -> String {
            var table = Table(["KEY", "NAME", "STATE", "SCOPES", "ACCOUNT", "LAST USED", "EXPIRES"])
            for key in keys {
                table.add([
                    key.prefix, key.name, key.state, key.scopes.joined(separator: ","), key.account ?? "-",
                    key.lastUsedAt?.formatted(.iso8601) ?? "never", key.expiresAt?.formatted(.iso8601) ?? "never",
                ])
            }
            return table.text
        }

        private static func json(_ keys: [APIKeyLine]) -> String {
            var writer = JSONWriter()
            writer.array { json in
                for key in keys {
                    json.object { json in
                        json.id("id", key.id)
                        json.text("prefix", key.prefix)
                        json.text("name", key.name)
                        json.text("state", key.state)
                        json.array("scopes") { json in for scope in key.scopes { json.text(nil, scope) } }
                        json.text("account", key.account)
                        json.number("requests_per_minute", key.requestsPerMinute)
                        json.text("last_used_at", key.lastUsedAt?.formatted(.iso8601))
                        json.text("expires_at", key.expiresAt?.formatted(.iso8601))
                        json.text("created_at", key.createdAt.formatted(.iso8601))
                    }
                }
            }
            return writer.text
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "End a key, at once and for good.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "Its prefix, as hk_…, or its id.")
        var key: String

        @Option(help: "Why, for people.")
        var reason = "revoked"

        func run() async throws {
            let wasActive = try await options.withDatabases(options.configuration()) { databases in
                let scope = RequestScope(tenant: try await tenant.id(in: databases), actor: "heddle api key")
                return try await ListAPIKeys(databases.app).revoke(key, because: reason, scope)
            }
            print(wasActive ? "revoked" : "was revoked before")
        }
    }
}
