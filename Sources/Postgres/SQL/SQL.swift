/// A statement, or a part of one, whose values travel apart from its text.
///
/// Every interpolated value becomes a bind (`$1`, `$2` …); another `SQL` is taken in with its binds. Text from
/// elsewhere must be spelled `unescaped`, also for scripts and COPY, so that searching for that word is the audit for
/// injection.
///
///     let query: SQL = "select status from accounts.accounts where tenant_id = \(tenant) and id = \(account)"
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// One more than there are binds: a bind stands between two fragments.
    private(set) var fragments: [String]
    private(set) var binds: [Bind]

    package init(stringLiteral text: String) {
        fragments = [text]
        binds = []
    }

    package init(stringInterpolation: StringInterpolation) {
        fragments = stringInterpolation.fragments
        binds = stringInterpolation.binds
    }

    /// Text that is not a literal: a migration file, generated SQL. Never put input of a user in here.
    package init(unescaped text: String) {
        fragments = [text]
        binds = []
    }

    /// Collects the fragments and binds of an interpolated statement.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var fragments: [String] = [""]
        fileprivate var binds: [Bind] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            fragments.reserveCapacity(interpolationCount + 1)
            binds.reserveCapacity(interpolationCount)
        }

        /// Text of the program itself.
        package mutating func appendLiteral(_ literal: String) {
            fragments[fragments.count - 1] += literal
        }

        /// A value, as a bind.
        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            append(Bind(value))
        }

        /// A value that may be null, as a bind.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            append(Bind(value))
        }

        /// A part of a statement, with its binds.
        package mutating func appendInterpolation(_ part: SQL) {
            appendLiteral(part.fragments[0])
            binds += part.binds
            fragments += part.fragments.dropFirst()
        }

        /// Text from elsewhere, taken as it is.
        package mutating func appendInterpolation(unescaped text: String) {
            appendLiteral(text)
        }

        /// A name of the schema, quoted.
        package mutating func appendInterpolation(identifier name: String) {
            appendLiteral(
                "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\"")
        }

        private mutating func append(_ bind: Bind) {
            binds.append(bind)
            fragments.append("")
        }
    }

    /// As the server gets it where there is no place for values: in scripts and COPY.
    /// - Throws: `PostgresError` with code `invalidRequest` when there are some.
    var textWithoutBinds: String {
        get throws(PostgresError) {
            guard binds.isEmpty else {
                throw PostgresError(
                    .invalidRequest,
                    "a script or COPY takes no values; spell names \\(identifier:) and text \\(unescaped:)")
            }
            return fragments[0]
        }
    }

    /// As the server gets it.
    var statement: Statement {
        var text = fragments[0]
        for index in binds.indices { text += "$\(index + 1)\(fragments[index + 1])" }
        return Statement(text: text, binds: binds)
    }
}

/// The text of a statement with numbered parameters, and their values.
struct Statement: Sendable {
    /// The protocol counts parameters in 16 bits.
    static let maximumBinds = 65_535

    let text: String
    let binds: [Bind]
}

/// What a prepared statement is known by. The types belong to it: the same text with a value of another type is another
/// statement, whose bytes the first one would misread.
struct StatementKey: Sendable, Hashable {
    private let text: String
    private let types: [UInt32]

    init(_ statement: Statement) {
        text = statement.text
        types = statement.binds.map(\.type)
    }
}

/// A value on its way to the server: its type and its bytes in binary format, or null.
struct Bind: Sendable {
    let type: UInt32
    let bytes: [UInt8]?

    init<Value: PostgresEncodable>(_ value: Value?) {
        type = Value.postgresType
        bytes = value.map { value in
            var bytes: [UInt8] = []
            value.encode(into: &bytes)
            return bytes
        }
    }
}
