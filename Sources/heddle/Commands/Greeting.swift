import Server

/// What `heddle serve` says when it is ready: where it listens, and what to type next.
struct Greeting {
    let text: String

    /// - Parameter options: what other commands have to name too, to find the same data.
    init(_ settings: Configuration, roles: Set<Configuration.Role>, options: DataOptions) {
        var lines = ["", "heddle is running; Ctrl-C stops it and everything that it started."]
        if roles.contains(.edge) {
            lines.append("  SIP      \(settings.sipListeners.joined(separator: ", "))")
        }
        let database =
            settings.databaseURL == nil ? "embedded PostgreSQL in \(settings.dataDirectory)/postgres" : "DATABASE_URL"
        let same = [("--data", options.data), ("--config", options.config)].compactMap { name, value in
            value.map { " \(name) \($0)" }
        }.joined()
        lines += [
            "  database \(database)",
            "",
            "Next, in another terminal\(same.isEmpty ? "" : ", each with\(same)"):",
            "  heddle call demo                 place the demonstration call again",
            "  heddle route explain --from +12125550100 --to +442079460958 --trunk \"Harbor Dental PBX\"",
            "  heddle cdr tail --follow         the last calls, and those that come in",
            "  heddle balance                   what the accounts have",
            "  heddle psql                      the database itself",
        ]
        text = lines.joined(separator: "\n")
    }
}
