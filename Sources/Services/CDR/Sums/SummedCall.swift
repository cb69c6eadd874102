import Foundation
import Postgres
import Telecom

/// What a call counts for in the sums by hour and day, by the rules of `cdr.roll_up()`.
struct SummedCall: Sendable {
    let tenantID: UUID
    let startedAt: Date
    let id: UUID
    let accountID: UUID?
    let carrierTrunkID: UUID?
    let direction: String
    let jurisdiction: String?
    let toNumber: String?
    let currency: String
    let disposition: String
    let code: Int
    let hasRung: Bool
    let talkMilliseconds: Int64
    let sellSeconds: Int64
    let buySeconds: Int64
    let sell: Money
    let buy: Money
    let delayMilliseconds: Int64?
    /// The carrier trunks that were tried in vain, before the one that it ended at.
    var earlierTries: [UUID] = []

    /// Whether it was posted for somebody, or could have been.
    var isCharged: Bool { disposition != RawCall.lost && accountID != nil }
    var isAnswered: Bool { disposition == "answered" }
    var isRefused: Bool { disposition == "refused" }
    var isSeizure: Bool { carrierTrunkID != nil && !isRefused }
    /// Whether the network did its part.
    var isEffective: Bool {
        isAnswered
            || !isRefused && ([486, 600, 603].contains(code) || hasRung && [408, 480, 487].contains(code))
    }
    var isShort: Bool { isAnswered && talkMilliseconds <= 6000 }
}

extension SummedCall {
    init(_ call: RatedCDR) {
        let raw = call.raw
        tenantID = raw.tenantID
        startedAt = raw.startedAt
        id = raw.id
        accountID = raw.accountID
        carrierTrunkID = raw.carrierTrunkID
        direction = raw.direction
        jurisdiction = raw.jurisdiction?.rawValue
        toNumber = raw.toNumber
        currency = raw.currency
        disposition = raw.disposition
        code = raw.code
        hasRung = raw.ringingAt != nil
        talkMilliseconds = raw.talkMilliseconds
        sellSeconds = Int64(Int32(clamping: call.sell.billedSeconds))
        buySeconds = Int64(Int32(clamping: call.buy.billedSeconds))
        sell = call.sell.amount
        buy = call.buy.amount
        delayMilliseconds = raw.postDialDelayMilliseconds.map { Int64(Int32(clamping: $0)) }
        earlierTries = raw.earlierTries
    }

    static let columns: SQL = """
        e.tenant_id, e.started_at, e.id, e.account_id, e.carrier_trunk_id, e.direction, e.jurisdiction, e.to_number,
        e.currency, e.disposition, e.sip_code, e.ringing_at is not null, e.talk_ms, e.sell_billed_s::bigint,
        e.buy_billed_s::bigint, e.sell_amount, e.buy_amount, e.pdd_ms::bigint
        """

    /// As it is in `cdr.enriched_cdr e`: a row of `columns`. Its earlier tries are not in there.
    init(_ row: Row) throws(PostgresError) {
        tenantID = try row.column(0)
        startedAt = try row.column(1)
        id = try row.column(2)
        accountID = try row.column(3)
        carrierTrunkID = try row.column(4)
        direction = try row.column(5)
        jurisdiction = try row.column(6)
        toNumber = try row.column(7)
        currency = try row.column(8)
        disposition = try row.column(9)
        code = try row.column(10)
        hasRung = try row.column(11)
        talkMilliseconds = try row.column(12)
        sellSeconds = try row.column(13)
        buySeconds = try row.column(14)
        sell = try row.column(15)
        buy = try row.column(16)
        delayMilliseconds = try row.column(17)
    }
}

extension RawCall {
    /// The carrier trunks that said no, or nothing, before the last one; of calls to carriers only. What the edge wrote
    /// as `id:code;…` and is none of both is passed over.
    var earlierTries: [UUID] {
        guard direction == "outbound" || direction == "emergency", attempts.utf8.count(where: { $0 == 0x3A }) > 1
        else { return [] }
        return attempts.split(separator: ";").compactMap { Self.triedTrunk($0) }.dropLast()
    }

    private static func triedTrunk(_ entry: Substring) -> UUID? {
        let text = entry.utf8
        guard text.count == 40 || text.count == 44 else { return nil }
        let colon = text.index(text.startIndex, offsetBy: 36)
        guard text[colon] == 0x3A else { return nil }
        let answer = entry[text.index(after: colon)...]
        let isCode = answer.utf8.count == 3 && (200...699).contains(Int(answer) ?? 0)
        guard isCode || answer == "timeout", !entry.utf8.contains(where: { (0x41...0x5A).contains($0) })
        else { return nil }
        return UUID(uuidString: String(entry[..<colon]))
    }
}
