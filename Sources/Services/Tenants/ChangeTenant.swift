package import Foundation
package import Postgres

/// Suspends, resumes, holds and closes operators, each for a reason, in a transaction of its caller's, as the engine.
package enum ChangeTenant {
    /// Its charged calls are refused.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func suspend(_ tenant: UUID, because reason: String, _ session: Connection) async throws {
        try await set("suspended", from: "active", tenant, reason, session)
    }

    /// It serves again.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func resume(_ tenant: UUID, because reason: String, _ session: Connection) async throws {
        try await set("active", from: "suspended", tenant, reason, session)
    }

    private static func set(
        _ status: String, from known: String, _ tenant: UUID, _ reason: String, _ session: Connection
    ) async throws {
        let changed = try await AskModel.run(
            """
            update core.tenants set status = \(status), status_reason = \(reason)
             where id = \(tenant) and status = \(known)
            """, session
        ).affected
        guard changed == 0 else { return }
        let now = try await session.run("select status from core.tenants where id = \(tenant)").value(String.self)
        guard let now else { throw none(tenant) }
        throw ResourceFault(.refused, "the operator is \(now)")
    }

    /// Places a hold, while which nothing of it may be deleted, or lifts it.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func hold(
        _ tenant: UUID, _ isHeld: Bool, because reason: String, _ session: Connection
    ) async throws {
        let changed = try await session.run(
            """
            update core.tenants set legal_hold = \(isHeld), legal_hold_reason = \(reason) where id = \(tenant)
            """
        ).affected
        guard changed == 1 else { throw none(tenant) }
    }

    /// Closes it: it serves no more, nobody is let in, and its data waits.
    /// - Parameter months: for how long at least; said again, the time only moves on.
    /// - Returns: until when the data stays.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func close(
        _ tenant: UUID, because reason: String, keeping months: Int, _ session: Connection
    ) async throws -> Date? {
        try await AskModel.run(
            "select core.close_tenant(\(tenant), \(reason), make_interval(months => \(Int32(months))))", session
        ).value(Date.self)
    }

    private static func none(_ tenant: UUID) -> ResourceFault {
        ResourceFault(.notFound, "there is no operator \(tenant.text)")
    }
}
