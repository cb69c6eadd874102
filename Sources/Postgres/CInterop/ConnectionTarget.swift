import CLibPQ

/// What a connection string says, as libpq reads it: the parts that decide whether it is safe to use.
package struct ConnectionTarget: Sendable, CustomStringConvertible {
    private let values: [String: String]

    /// The same settings as environment variables, for a program of PostgreSQL: what stands in a command line can be
    /// seen by every user of the machine.
    package let environment: [String: String]

    /// - Throws: `PostgresError` with code `configuration` when libpq cannot read it. The message does not repeat the
    ///   string, which may hold a password.
    package init(address: String) throws(PostgresError) {
        var values: [String: String] = [:]
        var environment: [String: String] = [:]
        guard let options = unsafe PQconninfoParse(address, nil) else {
            throw PostgresError(
                .configuration,
                "not a PostgreSQL connection string; write it as postgresql://user@host:5432/database")
        }
        defer { unsafe PQconninfoFree(options) }
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            if let value = unsafe option.pointee.val {
                let text = unsafe String(cString: value)
                unsafe values[String(cString: keyword)] = text
                if let name = unsafe option.pointee.envvar { unsafe environment[String(cString: name)] = text }
            }
            unsafe option += 1
        }
        self.values = values
        self.environment = environment
    }

    /// Host names, addresses or socket directories; empty means the default socket.
    package var hosts: [String] {
        let list = values["hostaddr"] ?? values["host"] ?? ""
        return list.split(separator: ",").map(String.init)
    }

    /// Whether every host is this machine: a socket directory, or loopback.
    package var isLocal: Bool {
        hosts.allSatisfy { $0.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains($0) }
    }

    /// Whether the server's certificate is checked against its name.
    package var verifiesServer: Bool { values["sslmode"] == "verify-full" }

    /// - Throws: when a password or a customer's data would cross a network that nobody checked.
    package func requireSafety(allowsInsecure: Bool) throws(PostgresError) {
        guard !isLocal && !verifiesServer && !allowsInsecure else { return }
        throw PostgresError(
            .configuration,
            "the database at \(hosts.joined(separator: ",")) is not on this machine and sslmode is "
                + "\(values["sslmode"] ?? "not set"), expected verify-full; add sslmode=verify-full and sslrootcert to "
                + "its address, or set DATABASE_ALLOW_INSECURE=true on a network that you trust")
    }

    /// Without user and password.
    package var description: String {
        "\(hosts.isEmpty ? "default socket" : hosts.joined(separator: ","))/\(values["dbname"] ?? "")"
    }
}
