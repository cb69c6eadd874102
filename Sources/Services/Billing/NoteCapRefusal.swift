import Foundation
package import Postgres
import Telecom

/// A spend cap of an account leaves less than what was asked for.
package struct SpendCapReached: Error, Sendable {
    let account: UUID
    /// What it has to leave: less than was asked for where something is held for it already.
    let amount: Money
    let asked: Money

    /// What whoever asked is told.
    package var fault: ResourceFault {
        ResourceFault(
            .refused, "a spend cap of the account leaves less than that",
            [.init("amount", pointer: "/amount", asked.description, expected: "what its spend caps leave at most")])
    }
}

/// Notes that a spend cap refused a request. What was noted in its transaction is undone with it, and nobody would be
/// told that the cap was reached.
package struct NoteCapRefusal: Sendable {
    private let engine: Database

    /// - Parameter engine: as the engine.
    package init(_ engine: Database) { self.engine = engine }

    /// - Returns: what to tell whoever asked.
    package func callAsFunction(_ reached: SpendCapReached, _ scope: RequestScope) async throws -> ResourceFault {
        try await engine.run(
            "select billing.note_cap_refusal(\(scope.tenant), \(reached.account), \(reached.amount))")
        return reached.fault
    }
}
