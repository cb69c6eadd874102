import Foundation
import Postgres
import Telecom

/// A row of `tracking.calls`: what call tracking makes of a call to a campaign's number.
struct TrackedRow {
    let call: VolumeCall
    let tracking: VolumeCall.Tracking
    let market: VolumeMarket

    /// A buyer pays for calls of at least this length, and the publisher is paid when the buyer pays.
    private static let paidFrom_ms: Int64 = 90_000

    init(_ call: VolumeCall, _ tracking: VolumeCall.Tracking, _ market: VolumeMarket) {
        self.call = call
        self.tracking = tracking
        self.market = market
    }

    static let columns: SQL = """
        tenant_id, started_at, id, account_id, status, call_connected_timestamp, call_complete_timestamp, campaign_id,
        publisher_id, buyer_id, campaign_name, publisher_name, buyer_name, caller_id, caller_id_state, did,
        duration_ms, connected_duration_ms, currency, revenue, payout, cost, converted, no_conversion_reason, paid_out,
        no_payout_reason, missed_reason, end_source, ring_ms
        """

    func write(to writer: CopyWriter) async throws(PostgresError) {
        let raw = call.rated.raw
        let isConnected = raw.answeredAt != nil
        let isPaid = raw.talkMilliseconds >= Self.paidFrom_ms
        let campaign = tracking.campaign
        try await writer.row(
            raw.tenantID, raw.startedAt, raw.id, raw.accountID, isConnected ? "completed" : "missed", raw.answeredAt,
            raw.endedAt, market.ids.id(.campaign, campaign), market.publisher(tracking.publisher, ofCampaign: campaign),
            isConnected ? market.buyer(ofCampaign: campaign) : nil, market.name(ofCampaign: campaign),
            VolumeMarket.publisherName(tracking.publisher), isConnected ? VolumeMarket.buyerName : nil,
            raw.fromNumber, tracking.callerState, tracking.number, duration_ms, raw.talkMilliseconds, raw.currency,
            isPaid ? market.revenue(ofCampaign: campaign) : .zero, isPaid ? market.payout(ofCampaign: campaign) : .zero,
            call.rated.sell.amount, isPaid, reason(isPaid, isConnected, "below_length"), isPaid,
            reason(isPaid, isConnected, "not_converted"), missedReason, endSource, ring_ms)
    }

    private var duration_ms: Int64 {
        let raw = call.rated.raw
        let end = raw.endedAt ?? raw.startedAt
        return max((end.microseconds - raw.startedAt.microseconds) / 1000, raw.talkMilliseconds)
    }

    private var ring_ms: Int32? {
        let raw = call.rated.raw
        guard let ringing = raw.ringingAt, let end = raw.answeredAt ?? raw.endedAt else { return nil }
        return Int32(clamping: (end.microseconds - ringing.microseconds) / 1000)
    }

    private func reason(_ isPaid: Bool, _ isConnected: Bool, _ otherwise: String) -> String? {
        isPaid ? nil : isConnected ? otherwise : "not_connected"
    }

    private var missedReason: String? {
        let raw = call.rated.raw
        if raw.answeredAt != nil { return nil }
        switch raw.code {
        case 486: return "busy"
        case 487: return "caller_hangup_ringing"
        case 480: return "no_answer"
        default: return "carrier_error"
        }
    }

    private var endSource: String {
        switch call.rated.raw.hangup {
        case "caller", "cancel": "caller"
        case "callee": "target"
        default: "system"
        }
    }
}
