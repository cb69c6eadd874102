import CLibPQ
import Foundation

/// What a connection string says, as libpq reads it: the parts that decide whether it is safe to use.
package struct ConnectionTarget: Sendable, CustomStringConvertible, CustomReflectable {
    /// What the string says, an empty value included.
    private let stated: [String: String]
    /// What libpq takes from the environment for what the string does not say: PGHOST, PGSSLMODE and the like.
    private let inherited: [String: String]

    /// The same settings as environment variables, for a program of PostgreSQL: what stands in a command line can be
    /// seen by every user of the machine.
    package let environment: [String: String]

    /// - Parameters:
    ///   - address: a libpq connection string or URI.
    ///   - surroundings: the environment that libpq will see.
    /// - Throws: `PostgresError` with code `configuration` when libpq cannot read it, or reads parts of a password as
    ///   something else. The message does not repeat the string, which may hold a password.
    package init(
        address: String, in surroundings: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PostgresError) {
        var stated: [String: String] = [:]
        var inherited: [String: String] = [:]
        var environment: [String: String] = [:]
        guard let options = unsafe PQconninfoParse(address, nil) else {
            throw PostgresError(
                .configuration,
                "not a PostgreSQL connection string; write it as postgresql://user@host:5432/database")
        }
        defer { unsafe PQconninfoFree(options) }
        var option = unsafe options
        while let keyword = unsafe option.pointee.keyword {
            let name = unsafe String(cString: keyword)
            let variable = unsafe option.pointee.envvar.map { unsafe String(cString: $0) }
            if let value = unsafe option.pointee.val {
                stated[name] = unsafe String(cString: value)
                if let variable { environment[variable] = stated[name] }
            } else if let variable, let value = surroundings[variable] {
                inherited[name] = value
            }
            unsafe option += 1
        }
        self.stated = stated
        self.inherited = inherited
        self.environment = environment
        try checkParts(isURI: address.hasPrefix("postgres"))
    }

    private func value(_ name: String) -> String? {
        let value = stated[name] ?? inherited[name]
        return value?.isEmpty == true ? nil : value
    }

    private func list(_ name: String) -> [String] {
        value(name).map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) } ?? []
    }

    /// A `/` or an `@` in a password ends the user's part of a URI early: what is left of the password would be taken
    /// for a host, a port or a database, and shown in every message about them.
    private func checkParts(isURI: Bool) throws(PostgresError) {
        let hasStrayText = isURI && (list("host") + [value("dbname") ?? ""]).contains { $0.contains("@") }
        let ports = list("port").filter { !$0.isEmpty }
        guard !hasStrayText, ports.allSatisfy({ UInt16($0).map { $0 > 0 } ?? false }) else {
            throw PostgresError(
                .configuration,
                "DATABASE_URL names a host, port or database that cannot be one; a port is a number from 1 to 65535, "
                    + "and in a user or password write / as %2F, @ as %40, : as %3A and % as %25")
        }
    }

    /// Host names, addresses or socket directories; empty means the default socket.
    package var hosts: [String] {
        let (names, addresses) = (list("host"), list("hostaddr"))
        // Where there is an address, the name at its place is only what the certificate is compared with.
        return (0..<max(names.count, addresses.count)).compactMap { index in
            let address = index < addresses.count ? addresses[index] : ""
            let name = index < names.count ? names[index] : ""
            let host = address.isEmpty ? name : address
            return host.isEmpty ? nil : host
        }
    }

    /// Where to connect, when names among the hosts have to be looked up first; otherwise empty, and libpq needs
    /// nothing beside the address. So it is with lists that do not match, which libpq refuses, and with a service file,
    /// which only libpq reads.
    var places: [Place] {
        let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
        let count = names.count
        guard service == nil, addresses.isEmpty || addresses.count == count, ports.count <= 1 || ports.count == count
        else { return [] }
        let places = names.indices.map { index in
            Place(
                host: names[index], address: addresses.isEmpty ? "" : addresses[index],
                port: ports.count == 1 ? ports[0] : ports.isEmpty ? "" : ports[index])
        }
        return places.contains(where: \.needsLookUp) ? places : []
    }

    /// A section of pg_service.conf, which may name any host.
    private var service: String? { value("service") }

    /// Whether every host is this machine: a socket directory, or loopback.
    package var isLocal: Bool {
        service == nil && hosts.allSatisfy { $0.hasPrefix("/") || ["localhost", "127.0.0.1", "::1"].contains($0) }
    }

    /// Whether the server's certificate is checked against its name, by the address itself and whatever else is set.
    package var verifiesServer: Bool { stated["sslmode"] == "verify-full" }

    /// - Throws: when a password or a customer's data would cross a network that nobody checked.
    package func requireSafety(allowsInsecure: Bool) throws(PostgresError) {
        guard !isLocal && !verifiesServer && !allowsInsecure else { return }
        let place = service.map { "of service \($0)" } ?? "at \(hosts.joined(separator: ","))"
        throw PostgresError(
            .configuration,
            "the database \(place) is not known to be on this machine and sslmode is "
                + "\(stated["sslmode"] ?? "not set"), expected verify-full; add sslmode=verify-full and sslrootcert to "
                + "its address, or set DATABASE_ALLOW_INSECURE=true on a network that you trust")
    }

    /// Without user and password.
    package var description: String {
        "\(hosts.isEmpty ? "default socket" : hosts.joined(separator: ","))/\(value("dbname") ?? "")"
    }

    /// Empty, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
