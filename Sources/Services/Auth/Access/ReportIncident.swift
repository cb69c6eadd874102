import Foundation
import Postgres

/// Opens security incidents, or counts one more of those that are open.
enum ReportIncident {
    /// What somebody tried (`audit.incident_kind`).
    enum Kind: String {
        case bruteForce = "login_brute_force"
        case credentialLeak = "credential_leak"
        case privilegeMisuse = "privilege_misuse"
    }

    /// How bad it is (`audit.severity`).
    enum Severity: String {
        case medium
        case high
    }

    /// - Parameter key: what makes two of them one, while it is open.
    static func statement(
        _ kind: Kind, _ severity: Severity, key: String, _ summary: String, account: UUID? = nil, _ scope: RequestScope
    ) -> SQL {
        """
        select incident_id
          from audit.report_incident(\(scope.tenant), \(kind.rawValue), \(severity.rawValue), \(key), \(summary),
                                     \(account), \(scope.source)::text::inet)
        """
    }
}
