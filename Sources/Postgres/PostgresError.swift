/// Why the database did not do what it was asked.
///
/// `description` is for logs and people: it tells the kind and the names of the schema that are involved, never a value
/// from the statement. `debugDescription` adds the server's own sentences, which can hold values.
package struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible {
    /// The kind of failure, for programs: a closed set.
    package enum Code: Sendable, Hashable {
        /// The server refused a statement: see `server`.
        case server
        /// There is no connection, and none could be had within the waiting limit. Nothing was sent.
        case unavailable
        /// The connection was lost while the request was under way: it may or may not have been carried out.
        case connectionLost
        /// The request was not answered within its deadline. Nothing was done when the server says that it stopped it
        /// (`server` is there then); otherwise it may or may not have been carried out.
        case timedOut
        /// A statement of the transaction had failed, and so the server rolled it back when it was to be committed.
        case rolledBack
        /// The task was cancelled. When the request had been sent it may or may not have been carried out.
        case cancelled
        /// Every connection is leased out and the queue for them is full, or the wait took too long.
        case exhausted
        /// A value is not of the type that the program expects.
        case decoding
        /// The address of the database is wrong or not safe to use, or the server does not take what it says.
        case configuration
        /// The program asked for what cannot be sent. Nothing was.
        case invalidRequest
    }

    package let code: Code
    /// A sentence without values.
    package let message: String
    /// The server's report, with `Code.server`.
    package let server: ServerError?

    package init(_ code: Code, _ message: String, server: ServerError? = nil) {
        self.code = code
        self.message = message
        self.server = server
    }

    init(_ server: ServerError) {
        self.init(.server, "PostgreSQL refused the statement (\(server.names))", server: server)
    }

    /// Whether the request may have been carried out although it failed.
    package var outcomeIsUnknown: Bool {
        code == .connectionLost || code == .cancelled || (code == .timedOut && server == nil)
    }

    /// Whether the server refused the values themselves, so that it would refuse them again: data exceptions, broken
    /// constraints, values that are too large to store (SQLSTATE classes 22, 23 and 54; PostgreSQL 15, appendix A). A
    /// full disk, a lock, a server that is being stopped are none of these: what failed for them is tried again.
    package var isAboutTheData: Bool {
        guard let state = sqlState, !isPartitionRace else { return false }
        return ["22", "23", "54"].contains { state.hasPrefix($0) }
    }

    /// A row on its way to the default partition while its month was being made: the check that it breaks has no name,
    /// and the next try finds the month.
    package var isPartitionRace: Bool { sqlState == "23514" && server?.constraint == nil }

    /// Whether it was ended for it waited for another that waited for it: nothing was done, and it can be done again.
    package var isDeadlock: Bool { sqlState == "40P01" }

    /// Whether the same try to connect may succeed later.
    var mayPass: Bool { code != .configuration && code != .invalidRequest }

    /// The same, when it says that the server stopped a statement by its `statement_timeout`: that is a deadline too.
    var asTimeout: PostgresError {
        guard let server, server.sqlState == "57014" else { return self }
        return PostgresError(.timedOut, "the server stopped the statement at its time limit", server: server)
    }

    /// The five characters of the server's error, when it reported one.
    package var sqlState: String? { server?.sqlState }

    package var description: String { message }

    package var debugDescription: String {
        guard let server else { return message }
        return [message, server.message, server.detail, server.hint].compactMap(\.self).joined(separator: "; ")
    }
}

/// An error report of the server, by its fields (PostgreSQL 15, section 55.8).
package struct ServerError: Sendable, Hashable {
    package let sqlState: String
    package let message: String
    package let detail: String?
    package let hint: String?
    package let schema: String?
    package let table: String?
    package let column: String?
    package let constraint: String?
    /// Where in the statement, counted in characters from 1.
    package let position: Int?

    init(
        sqlState: String, message: String, detail: String?, hint: String?, schema: String?, table: String?,
        column: String?, constraint: String?, position: Int?
    ) {
        self.sqlState = sqlState
        self.message = message
        self.detail = detail
        self.hint = hint
        self.schema = schema
        self.table = table.map(Self.withoutShard)
        self.column = column
        self.constraint = (constraint ?? Self.constraint(in: message, sqlState)).map(Self.withoutShard)
        self.position = position
    }

    /// On a node of a distributed database tables and their constraints are called like the shard: `trunks_102125`.
    private static func withoutShard(_ name: String) -> String { name.replacing(/_[0-9]{6,}$/, with: "") }

    /// What the coordinator of a distributed database passes on from its nodes has no fields for names: the sentence
    /// of a broken constraint (class 23) says it.
    private static func constraint(in message: String, _ sqlState: String) -> String? {
        guard sqlState.hasPrefix("23") else { return nil }
        return message.firstMatch(of: /constraint "([^"]+)"/).map { String($0.1) }
    }

    /// What can be shown: codes and names of the schema.
    var names: String {
        var parts = ["SQLSTATE \(sqlState)"]
        if let table { parts.append("table \(schema.map { "\($0)." } ?? "")\(table)") }
        if let column { parts.append("column \(column)") }
        if let constraint { parts.append("constraint \(constraint)") }
        return parts.joined(separator: ", ")
    }
}
