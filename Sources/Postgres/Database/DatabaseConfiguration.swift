/// Where the database is, and how much of it a program may take.
package struct DatabaseConfiguration: Sendable {
    /// A libpq connection string or URI (PostgreSQL 15, section 34.1.1). It may hold a password: never print it.
    package var address: String
    /// The role to log in as; overrides the address.
    package var role: String?
    /// What pg_stat_activity shows.
    package var applicationName = "heddle"
    /// Sessions that all tasks share by pipelining; one or two are enough (docs/decisions/0002-postgres-client.md).
    package var sharedConnections = 2
    /// Sessions that can be leased at once, for interactive transactions, COPY and LISTEN.
    package var maximumLeases = 4
    /// Tasks that may wait for a lease; the next one is refused.
    package var maximumWaiters = 1000
    /// How long to wait for a connection or a lease.
    package var waitLimit = Duration.seconds(10)
    /// How long a request may take, unless it says otherwise.
    package var requestTimeout = Duration.seconds(30)
    /// The database is behind PgBouncer in transaction mode: no named prepared statements, no session settings.
    package var usesTransactionPooler = false
    /// Allow a database elsewhere without a verified TLS connection. The address must say so out loud.
    package var allowsInsecure = false

    package init(address: String, role: String? = nil) {
        self.address = address
        self.role = role
    }

    func connectionOptions(leased: Bool, places: [Place]) -> ConnectionOptions {
        // What stands before the address is overridden by it. A machine that is gone says nothing: without these the
        // loss of a session that waits is noticed after two hours, of one that sends after a quarter of an hour.
        var parameters = [
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"), ("dbname", address), ("application_name", applicationName),
            ("client_encoding", "UTF8"),
        ]
        if let role { parameters.append(("user", role)) }
        var options = ConnectionOptions(parameters: parameters)
        options.connectTimeout = min(waitLimit, .seconds(10))
        options.requestTimeout = requestTimeout
        options.preparesStatements = !usesTransactionPooler
        options.places = places
        options.isLeased = leased
        return options
    }
}

extension DatabaseConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Where the database is, without user and password.
    package var description: String {
        // What libpq cannot read is refused by `Database`, with its reason.
        let target = try? ConnectionTarget(address: address)
        return "DatabaseConfiguration(\(target?.description ?? "not a connection string"))"
    }
    /// As ``description``.
    package var debugDescription: String { description }
    /// Empty, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
