import Foundation
import Postgres
import Telecom

/// Where the two numbers of a call belong, and who has the block of the called one: for disputes about jurisdiction,
/// and for reports of who is called.
///
/// It is the numbering as the database knows it when the call is rated. What decided the price is the router's, and
/// stands in the jurisdiction and its reason.
struct CallEnds: Sendable, Hashable {
    var fromState: String?
    var toState: String?
    var ocn: String?
    var lata: String?
}

extension CallEnds {
    /// What the jurisdiction was decided by.
    init(_ decision: JurisdictionDecision) {
        fromState = decision.callingRegion?.subdivision?.description
        toState = decision.calledRegion?.subdivision?.description
    }

    /// The ends of each call, in the order of the calls.
    static func read(of calls: [RawCall], _ session: Connection) async throws -> [CallEnds] {
        try await session.run(
            """
            select f.region, t.region, b.ocn, b.lata
              from unnest(\(NullableArray(calls.map(\.fromNumber))), \(NullableArray(calls.map(\.toNumber))),
                          \(calls.map(\.startedAt))) with ordinality as c (from_number, to_number, started_at, turn)
              left join ref.npa f on f.npa = numbers.area_code(c.from_number)
              left join ref.npa t on t.npa = numbers.area_code(c.to_number)
              left join lateral ref.find_block(c.to_number, c.started_at) b on true
             order by c.turn
            """, deadline: .seconds(60)
        ).decode(String?.self, String?.self, String?.self, String?.self)
            .map { CallEnds(fromState: $0, toState: $1, ocn: $2, lata: $3) }
    }
}
