import Foundation
import Postgres
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

    /// The ends of each call, in the order of the calls.
    static func read(of calls: [RawCall], _ session: Connection) async throws -> [CallEnds] {
        let found = try await session.run(
            """
            select f.region, t.region, b.ocn, b.lata
              from unnest(\(NullableArray(calls.map(\.fromNumber))), \(NullableArray(calls.map(\.toNumber))),
                          \(NullableArray(calls.map(\.ends.lrn))), \(calls.map(\.startedAt)))
                   with ordinality as c (from_number, to_number, lrn, started_at, turn)
              left join ref.npa f on f.npa = numbers.area_code(c.from_number)
              left join ref.npa t on t.npa = numbers.area_code(coalesce(c.lrn, c.to_number))
              left join lateral ref.find_block(coalesce(c.lrn, c.to_number), c.started_at) b on true
             order by c.turn
            """, deadline: .seconds(60)
        ).decode(String?.self, String?.self, String?.self, String?.self)
        return zip(calls, found).map { call, found in
            var ends = call.ends
            // A place that the router did not know is one that it did not price by.
            if call.jurisdiction == nil { (ends.fromState, ends.toState) = (found.0, found.1) }
            ends.ocn = found.2
            ends.lata = ends.lata ?? found.3
            return ends
        }
    }
}
