package import Foundation

/// By what one process has an edge's id for itself (`routing.edges.claimed_by`): two edges of one id would take
/// themselves for one, and together let twice as many calls in.
package struct EdgeClaim: Sendable, Hashable {
    /// Made up by the process when it starts.
    package let id: UUID
    /// Those of the same edge's processes before: they are gone, so that this one need not wait for the lease's end.
    package let former: [UUID]

    package init(id: UUID = UUID(), former: [UUID] = []) {
        self.id = id
        self.former = former
    }
}

/// The edge's id is another one's.
package struct EdgeIsClaimed: Error, Sendable, CustomStringConvertible {
    package let edge: String
    package let leaseUntil: Date

    package var description: String {
        """
        "\(edge)" is the id of another SIP edge, which has it until \(leaseUntil.formatted(.iso8601)) and until its \
        last call is closed, which takes hours after a crash; give each an id of its own in HEDDLE_EDGE_ID, or, when \
        the other is off for good and has no calls, run `heddle edge forget \(edge)`
        """
    }
}
