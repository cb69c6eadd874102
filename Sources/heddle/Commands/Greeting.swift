import Server

/// What `heddle serve` says when it is ready: where it listens, and what to type next.
struct Greeting {
    let text: String

    /// What to type next, and what it does where its name does not say that.
    private static let commands = [
        ("call demo", "place the demonstration call again"),
        ("route explain --from +12125550100 --to +442079460958 --trunk \"Harbor Dental PBX\"", ""),
        ("cdr tail --follow", "the last calls, and those that come in"),
        ("balance", "what the accounts have"),
        ("status", "what runs, and what waits"),
        ("psql", "the database itself"),
    ]

    /// - Parameters:
    ///   - options: what other commands have to name too, to find the same data.
    ///   - program: how this program is called at a prompt.
    init(
        _ settings: Configuration, roles: Set<Configuration.Role>, options: DataOptions,
        program: String = ProgramName.atPrompt()
    ) {
        var lines = ["", "heddle is running; Ctrl-C stops it and everything that it started."]
        if roles.contains(.edge) {
            lines.append("  SIP      \(settings.sipListeners.joined(separator: ", "))")
        }
        if let http = settings.httpAddress(of: roles) {
            let host = http.host.contains(":") ? "[\(http.host)]" : http.host
            lines.append("  HTTP     \(settings.httpScheme)://\(host):\(http.port)")
        }
        let database =
            settings.databaseURL == nil ? "embedded PostgreSQL in \(settings.dataDirectory)/postgres" : "DATABASE_URL"
        let same = [("--data", options.data), ("--config", options.config)].compactMap { name, value in
            value.map { " \(name) \($0.quotedForShell)" }
        }.joined()
        lines += [
            "  database \(database)", "",
            "Next, in another terminal\(same.isEmpty ? "" : ", each with\(same)"):",
        ]
        let width = Self.commands.filter { !$0.1.isEmpty }.map(\.0.count).max() ?? 0
        lines += Self.commands.map { command, remark in
            let gap = remark.isEmpty ? "" : String(repeating: " ", count: width - command.count + 4)
            return "  \(program) \(command)\(gap)\(remark)"
        }
        text = lines.joined(separator: "\n")
    }
}
