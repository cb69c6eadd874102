import Postgres
import Server
import Services

/// What a command ends with besides 0 and 1, for scripts: numbers of sysexits.h (docs/reference/cli.md).
///
/// A command line that is wrong ends with 64, which is ArgumentParser's.
enum ExitStatus: Int32 {
    /// The database or the server that was asked is away, or the replica that was asked for is not fit.
    case unavailable = 69
    /// A setting has a wrong value.
    case configuration = 78

    /// `nil` for an error of another kind.
    static func of(_ error: any Error) -> ExitStatus? {
        switch error {
        case is ConfigurationError: .configuration
        case is ReportSource.Unfit, is ServerAway: .unavailable
        case is ProfileFailure: .configuration
        case let refused as RefusedRequest: refused.status >= 500 ? .unavailable : nil
        case let error as PostgresError:
            switch error.code {
            case .unavailable, .connectionLost, .timedOut, .exhausted: .unavailable
            case .configuration: .configuration
            case .server, .rolledBack, .cancelled, .decoding, .invalidRequest: nil
            }
        default: nil
        }
    }
}
