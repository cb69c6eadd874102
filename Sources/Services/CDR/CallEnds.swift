import Telecom

/// Where the two numbers of a call belong, and who has the block of the called one, or of its routing number when it
/// was ported: for disputes about jurisdiction, and for reports of who is called.
///
/// What the router decided the price by is as it was then. The rest, and everything of a call that it did not price, is
/// the numbering as the database knows it when the call is rated.
struct CallEnds: Sendable, Hashable {
    var fromState: String?
    var toState: String?
    var ocn: String?
    var lata: String?
    /// By what the called number was routed when it was ported, and who said so.
    var lrn: String?
    var lrnSource: String?
    var isPorted: Bool?
}

extension CallEnds {
    /// What the jurisdiction was decided by.
    init(_ decision: JurisdictionDecision) {
        fromState = decision.callingRegion?.subdivision?.description
        toState = decision.calledRegion?.subdivision?.description
    }
}
