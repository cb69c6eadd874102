/// How sessions are opened and what they bear.
struct ConnectionOptions: Sendable {
    /// libpq's keywords and values.
    var parameters: [(String, String)]
    /// How long opening a session may take.
    var connectTimeout: Duration = .seconds(5)
    /// How long a request may take, unless it says otherwise.
    var requestTimeout: Duration = .seconds(30)
    /// Named prepared statements; off behind a pooler in transaction mode, which gives every batch another session.
    var preparesStatements = true
    var maximumPrepared = 500
    var maximumInFlight = 4096
    /// A leased session's abandoned statement is cancelled at the server; on a shared one it could be somebody else's.
    var cancelsAbandoned = false
    var onClose: (@Sendable () -> Void)?
}
