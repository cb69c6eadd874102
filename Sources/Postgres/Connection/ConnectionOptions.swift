/// How sessions are opened and what they bear.
struct ConnectionOptions: Sendable {
    /// libpq's keywords and values.
    var parameters: [(String, String)]
    /// Where to connect, when there are names among the hosts, which are looked up before libpq is asked.
    var places: [Place] = []
    /// How long opening a session may take.
    var connectTimeout: Duration = .seconds(5)
    /// How long a request may take, unless it says otherwise.
    var requestTimeout: Duration = .seconds(30)
    /// Named prepared statements; off behind a pooler in transaction mode, which gives every batch another session.
    var preparesStatements = true
    var maximumPrepared = 500
    var maximumInFlight = 4096
    /// One task has the session for itself: its transaction may be open, and what it abandons is cancelled at the
    /// server. On a shared session that could be somebody else's statement.
    var isLeased = false
    var onClose: (@Sendable () -> Void)?
}

extension ConnectionOptions: CustomStringConvertible, CustomReflectable {
    /// Without the values, among which there may be a password.
    var description: String { "ConnectionOptions(\(parameters.map(\.0).joined(separator: ", ")))" }
    /// Empty, so that `dump` leaks nothing.
    var customMirror: Mirror { Mirror(self, children: []) }
}
