/// What to do when a session cannot be opened, by what libpq says about it.
///
/// libpq's own sentences tell what happened. For a missing root certificate they also recommend to verify nothing,
/// which is left out here.
enum ConnectAdvice {
    /// An error for people: what libpq said, and what to do about it. Where there is something to do, to try again
    /// would not help, and the code is `configuration`.
    static func error(about message: String) -> PostgresError {
        let told = "cannot connect to the database: \(message.replacing(/;? ?Either provide the file.*$/, with: ""))"
        guard let advice = known.first(where: { message.contains($0.part) })?.advice else {
            return PostgresError(.unavailable, told)
        }
        return PostgresError(.configuration, "\(told); \(advice)")
    }

    private static let known: [(part: String, advice: String)] = [
        (
            "root certificate file",
            "set sslrootcert in DATABASE_URL to the certificate of the authority that signed the database's"
        ),
        (
            "certificate verify failed",
            "sslrootcert in DATABASE_URL must name the certificate of the authority that signed the database's, and "
                + "neither may have expired; openssl s_client -starttls postgres -connect HOST:PORT shows them"
        ),
        (
            "does not match host name",
            "DATABASE_URL must name the host as its certificate does; hostaddr may say where that is"
        ),
        ("server does not support SSL", "turn on ssl at the database, or see DATABASE_ALLOW_INSECURE"),
        ("no encryption", "the database asks for TLS: set sslmode=verify-full in DATABASE_URL"),
        ("password authentication failed", "check user and password in DATABASE_URL"),
        ("no password supplied", "DATABASE_URL has no password, and the database asks for one"),
    ]
}
