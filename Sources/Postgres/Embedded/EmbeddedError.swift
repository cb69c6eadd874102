/// Why the embedded PostgreSQL is not there; each message says what to do next.
package struct EmbeddedError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for programs.
    package enum Code: Sendable, Hashable {
        /// PostgreSQL's programs are not installed.
        case programsMissing
        /// Another program uses the data directory.
        case directoryInUse
        /// The data directory was made by another major version of PostgreSQL.
        case wrongVersion
        /// A directory cannot be made or used.
        case directory
        /// The server, or initdb, ended with an error.
        case failed
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
