package import Logging
package import Postgres
import Services

/// Seals the audit trail, every minute. The log has the newest link of each chain: who owns the database could write
/// trail and chain anew, but not what was logged outside of it.
package struct AuditSealer: Sendable {
    private let sealAudit: SealAudit
    private let logger: Logger

    /// - Parameter database: as the engine.
    package init(_ database: Database, logger: Logger) {
        sealAudit = SealAudit(database)
        self.logger = logger
    }

    /// Works until the task is cancelled.
    package func run() async {
        // Once a day it looks farther back, for what a long transaction left behind.
        async let far: Void = rounds(.seconds(24 * 3600), SealAudit.farLookBack)
        await rounds(.seconds(60), SealAudit.lookBack)
        await far
    }

    private func rounds(_ pause: Duration, _ lookBack: Duration) async {
        await Rounds(pause: pause, logger: logger)
            .run("the audit trail could not be sealed") { try await seal(lookBack: lookBack) }
    }

    /// Seals what is not sealed yet, once.
    package func seal(lookBack: Duration) async throws {
        try await sealAudit(lookBack: lookBack) { link in
            logger.info("the audit trail of \(link.tenant) is sealed: \(link.rows) rows, link \(link.mark)")
        }
    }
}
