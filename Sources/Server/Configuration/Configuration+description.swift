/// Addresses of databases hold passwords, and so may every variable of the environment.
extension Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// What tells one heddle from another, and no secret.
    package var description: String {
        "Configuration(\(edgeID), \(dataDirectory), \(databaseURL == nil ? "embedded PostgreSQL" : "DATABASE_URL"))"
    }
    /// As ``description``.
    package var debugDescription: String { description }
    /// Empty, so that `dump` leaks nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
