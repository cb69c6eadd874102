import Foundation
import Postgres
import Telecom

/// A call as it was rated, to be rated again; or what a reseller is charged for one, as a call of the reseller's.
struct OldCall: Sendable {
    /// A reseller above the account of the call.
    struct Level: Sendable {
        /// Counts up from 1, as in `CallLevel`.
        let number: Int
        /// Of `cdr.level_charges`.
        let chargeID: UUID
        /// Whether it was charged nothing, and so has no row there.
        let isNew: Bool
    }

    /// As the pipeline has it, without its rate rows.
    let raw: RawCall
    /// What the account paid for it, with what was charged after its invoice.
    let sellAmount: Money
    let buyAmount: Money
    /// What was charged after its invoice.
    let carried: Money
    /// What tells the country, or the area, of the called number.
    let prefix: String
    /// What it had used before and from bundles when it was rated, by the places of `PricedCall`.
    let recordedUse: [Int: AccountUse.Recorded]
    /// Nil for what the account of the call pays.
    let level: Level?

    static let columns: SQL = """
        e.started_at, e.id, e.routing_id, e.account_id, e.trunk_id, e.carrier_trunk_id, e.direction, e.from_number,
        e.to_number, e.jurisdiction, e.jurisdiction_reason, e.sip_code, e.ringing_at, e.answered_at, e.ended_at,
        e.talk_ms, e.disposition, e.currency, e.lrn, e.sell_amount, e.buy_amount, coalesce(k.amount, 0),
        coalesce(cdr.destination_prefix(e.to_number), ''), nullif(e.rating, '{}')::text
        """

    init(_ row: Row, of tenant: UUID, asOf: Date?) throws {
        var call = RawCall(
            tenantID: tenant, startedAt: try row.column(0), id: try row.column(1), routingID: try row.column(2),
            accountID: try row.column(3), trunkID: try row.column(4), carrierTrunkID: try row.column(5),
            direction: try row.column(6), fromNumber: try row.column(7), toNumber: try row.column(8),
            jurisdiction: try row.column(9, as: String?.self).flatMap { Jurisdiction(rawValue: $0) },
            jurisdictionReason: try row.column(10), code: try row.column(11), ringingAt: try row.column(12),
            answeredAt: try row.column(13), endedAt: try row.column(14), talkMilliseconds: try row.column(15),
            hangup: Self.hangup(try row.column(16)), sellRateID: nil, buyRateID: nil, currency: try row.column(17))
        call.ends = CallEnds(lrn: try row.column(18))
        call.pricesAsOf = asOf
        raw = call
        carried = try row.column(21)
        sellAmount = try row.column(19, as: Money.self) + carried
        buyAmount = try row.column(20)
        prefix = try row.column(22)
        recordedUse = try row.column(23, as: String?.self).map(Self.use) ?? [:]
        level = nil
    }

    /// - Parameter rating: of the charge.
    init(
        _ call: OldCall, level: Level, account: UUID, currency: String, amount: Money, carried: Money, rating: String?
    ) throws {
        var raw = call.raw
        raw.accountID = account
        raw.currency = currency
        self.raw = raw
        (sellAmount, buyAmount, self.carried, prefix) = (amount, .zero, carried, call.prefix)
        let side = try rating.map { try JSONDecoder().decode(Rating.Side.self, from: Data($0.utf8)) }
        recordedUse = side.map { [0: $0.recorded] } ?? [:]
        self.level = level
    }

    /// As `RatingDetail` writes it.
    private struct Rating: Decodable {
        struct Share: Decodable {
            let id: UUID
            let s: Int64
        }

        struct Side: Decodable {
            let used_s: Int64?
            let included_s: Int64?
            let bundles: [Share]?

            var recorded: AccountUse.Recorded {
                AccountUse.Recorded(
                    used: used_s ?? 0, included: included_s ?? 0,
                    shares: (bundles ?? []).map { AccountUse.Share(bundleID: $0.id, seconds: $0.s) })
            }
        }

        let sell: Side?
        let buy: Side?
    }

    private static func use(_ rating: String) throws -> [Int: AccountUse.Recorded] {
        let rating = try JSONDecoder().decode(Rating.self, from: Data(rating.utf8))
        var use: [Int: AccountUse.Recorded] = [:]
        use[0] = rating.sell?.recorded
        use[1] = rating.buy?.recorded
        return use
    }

    /// Who ended it, as far as its end follows from that.
    private static func hangup(_ disposition: String) -> String {
        switch disposition {
        case "refused": "router"
        case "cancelled": "cancel"
        case "lost": RawCall.lost
        default: ""
        }
    }
}
