import ArgumentParser
import Foundation
import Services

extension APICommand {
    struct Profile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Servers that are asked, and the keys for them.",
            discussion: """
                They are in $XDG_CONFIG_HOME/heddle/profiles.json, or in ~/.config, which only you may read. A key is \
                never an argument: everybody on this machine could see it there.
                """,
            subcommands: [Add.self, List.self, Use.self, Remove.self])

        static func file() throws -> ProfileFile { try ProfileFile(ProcessInfo.processInfo.environment) }
    }
}

extension APICommand.Profile {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a server; the first one is in use at once.",
            discussion: """
                heddle api profile add live --url https://heddle.example.net --key-from-stdin

                At a terminal the key is typed and not shown. Without a key, `heddle api login` gets one.
                """)

        @Argument(help: "What it is called.")
        var name: String

        @Option(help: ArgumentHelp("Where the server is, without /v1.", valueName: "https://host"))
        var url: String

        @Flag(help: "Take the key from standard input, and keep it.")
        var keyFromStdin = false

        @Option(
            help: ArgumentHelp(
                "The variable that has the key whenever the server is asked; the key is not kept.",
                valueName: "variable"))
        var keyEnv: String?

        @Flag(help: "Permit HTTP without TLS to another machine; everybody on the way can read the key.")
        var insecure = false

        @Flag(help: "Take the place of a profile of that name.")
        var replace = false

        func validate() throws {
            if keyFromStdin, keyEnv != nil {
                throw ValidationError("the key is in standard input, or in a variable: not in both")
            }
            try APIRequestOptions.checked { _ = try profile(.none) }
        }

        private func profile(_ key: APIProfile.Key) throws -> APIProfile {
            let key = keyEnv.map { APIProfile.Key.variable($0) } ?? key
            return try APIProfile(name, try ServerAddress(url), key, permitsPlainHTTP: insecure)
        }

        func run() throws {
            _ = try APITarget(try ServerAddress(url), key: nil, permitsPlainHTTP: insecure)
            let file = try APICommand.Profile.file()
            // A name that is taken is told before a key is typed.
            var known = try file.read()
            try known.add(try profile(.none), replaces: replace)
            var key = APIProfile.Key.none
            if keyFromStdin { key = .kept(try APIProfile.key(try StandardInput.secret("Key: "))) }
            let made = try profile(key)
            try file.change { profiles in try profiles.add(made, replaces: replace) }
            print("\(name): \(made.address.text), \(made.shownKey == "-" ? "without a key" : "key \(made.shownKey)")")
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the servers, and how their keys begin; a star is before the one in use.")

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let profiles = try APICommand.Profile.file().read()
            print(json ? Self.json(profiles) : Self.text(profiles))
        }

        static func text(_ profiles: APIProfiles) -> String {
            var table = Table(["", "NAME", "URL", "KEY"])
            for profile in profiles.all {
                let mark = profile.name == profiles.current ? "*" : ""
                table.add([mark, profile.name, profile.address.text, profile.shownKey])
            }
            return table.text
        }

        static func json(_ profiles: APIProfiles) -> String {
            var writer = JSONWriter()
            writer.array { json in
                for profile in profiles.all {
                    json.object { json in
                        json.text("name", profile.name)
                        json.text("url", profile.address.text)
                        json.text("key", profile.shownKey == "-" ? nil : profile.shownKey)
                        json.flag("in_use", profile.name == profiles.current)
                    }
                }
            }
            return writer.text
        }
    }

    struct Use: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Ask this server when no other is named.")

        @Argument(help: "What it is called.")
        var name: String

        func run() throws { try APICommand.Profile.file().change { profiles in try profiles.use(name) } }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget a server and its key; `heddle api key revoke` ends the key itself.")

        @Argument(help: "What it is called.")
        var name: String

        func run() throws { try APICommand.Profile.file().change { profiles in try profiles.remove(name) } }
    }
}
