import Postgres
import Testing

/// How PostgreSQL refuses something: the SQLSTATE, and the constraint where there is one. Both are contracts.
struct Refusal: Sendable, Equatable, CustomStringConvertible {
    let sqlState: String
    let constraint: String?

    init(_ sqlState: String, _ constraint: String? = nil) {
        self.sqlState = sqlState
        self.constraint = constraint
    }

    var description: String { [sqlState, constraint].compactMap(\.self).joined(separator: " ") }

    static let notPermitted = Refusal("42501")
    static let badParameter = Refusal("22023")

    /// What a statement is refused with; nil when it is not.
    static func of(_ body: () async throws -> Void) async throws -> Refusal? {
        do {
            try await body()
            return nil
        } catch let error as PostgresError where error.isRowPolicy {
            return .rowPolicy
        } catch let error as PostgresError where error.code == .server {
            return Refusal(error.sqlState ?? "", error.server?.constraint)
        }
    }
}

extension Refusal {
    /// A row policy, which shares its SQLSTATE with a missing grant.
    static let rowPolicy = Refusal("42501", "row policy")
}

extension PostgresError {
    /// Whether a row policy refused a row.
    var isRowPolicy: Bool { sqlState == "42501" && server?.message.contains("row-level security policy") == true }
}
