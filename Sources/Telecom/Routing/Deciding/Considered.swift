/// A carrier trunk that was looked at for a call, by positions in the snapshot: what the comparison needs and no more.
/// `RoutingSnapshot.candidate(_:of:)` puts it into words when somebody asks.
struct Considered: Sendable {
    /// Position in `RoutingSnapshot.carrierTrunks`.
    let carrierTrunk: Int32
    var outcome: Candidate.Outcome
    var prefixCount: UInt8 = 0
    /// The trunk's deck that prices the call; −1 without one.
    var deck: Int32 = -1
    /// The row of the deck.
    var row: Int32 = 0
    /// Of a call of the expected length.
    var cost: Int64 = 0

    init(_ carrierTrunk: Int, _ outcome: Candidate.Outcome) {
        self.carrierTrunk = Int32(carrierTrunk)
        self.outcome = outcome
    }
}
