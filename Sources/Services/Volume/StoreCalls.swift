import Foundation
import Postgres
import Telecom

/// Stores a piece of the calls in one transaction: raw and rated record, posting, tracked call, and the balances.
///
/// The postings are those that `billing.post_calls` makes for calls without a hold, written by COPY, because that
/// function takes a few hundred calls at a time. Balances move in the same transaction, so that they are the sums of
/// the ledger whenever somebody looks. An account whose balance and credit would not cover a piece pays before it.
struct StoreCalls: Sendable {
    private let database: Database
    private let market: VolumeMarket
    /// What each account has, by its number.
    private var available: [Int64]

    /// What triggers and constraints of a piece may take.
    private static let limit = Duration.seconds(600)

    /// - Parameters:
    ///   - database: as the owner; nobody else may write the ledger directly.
    ///   - available: what each account has now, by its number.
    init(_ database: Database, _ market: VolumeMarket, available: [Int64]) {
        self.database = database
        self.market = market
        self.available = available
    }

    /// - Returns: how many rows were stored.
    mutating func callAsFunction(_ calls: [VolumeCall], piece: Int) async throws -> Int {
        guard let first = calls.first else { return 0 }
        let charges = calls.reduce(into: [Int: Int64]()) { sums, call in
            let units = call.rated.sell.amount.units
            if units > 0 { sums[call.account, default: 0] += units }
        }
        let payments = payments(before: charges)
        let at = first.rated.raw.startedAt
        let changes = charges.keys.sorted().map { account in
            (account: market.accountIDs[account], units: (payments[account] ?? 0) - (charges[account] ?? 0))
        }
        let rows = try await database.transaction { session in
            var rows = try await copyRaw(calls, session)
            rows += try await copyRated(calls, session)
            rows += try await copyLedger(calls, payments, at, piece, session)
            rows += try await copyTracked(calls.filter { $0.tracking != nil }, session)
            try await session.run(
                """
                update billing.account_balance b set available = b.available + c.change
                  from unnest(\(changes.map(\.account)), \(changes.map { Money(units: $0.units) }))
                       as c (account_id, change)
                 where b.tenant_id = \(market.tenant) and b.account_id = c.account_id
                """, deadline: Self.limit)
            return rows
        }
        for (account, units) in charges { available[account] += (payments[account] ?? 0) - units }
        return rows
    }

    private static let smallestPayment: Int64 = 50 * 100_000_000

    /// What accounts pay so that they can be charged: for some twenty such pieces, in round sums.
    private func payments(before charges: [Int: Int64]) -> [Int: Int64] {
        charges.reduce(into: [:]) { payments, charge in
            let credit = market.account(charge.key).creditLimit * 100_000_000
            let lacking = charge.value - available[charge.key] - credit
            guard lacking > 0 else { return }
            let wanted = lacking + 20 * charge.value
            let portions = (wanted + Self.smallestPayment - 1) / Self.smallestPayment
            payments[charge.key] = portions * Self.smallestPayment
        }
    }

    // MARK: COPY

    private static let rawColumns: SQL = """
        tenant_id, started_at, id, edge_id, routing_id, account_id, trunk_id, carrier_trunk_id, sell_rate_id,
        buy_rate_id, direction, call_id, from_tag, to_tag, caller, callee, source, ringing_at, answered_at, ended_at,
        duration_ms, sip_code, sip_reason, hangup, attempts, processed_at
        """

    private func copyRaw(_ calls: [VolumeCall], _ session: Connection) async throws -> Int {
        return try await session.copyIn("cdr.raw_cdr (\(Self.rawColumns))", idleLimit: Self.limit) { writer in
            for call in calls {
                let raw = call.rated.raw
                try await writer.row(
                    raw.tenantID, raw.startedAt, raw.id, call.edge, raw.routingID, raw.accountID, raw.trunkID,
                    raw.carrierTrunkID, raw.sellRateID, raw.buyRateID, raw.direction, call.callID, call.fromTag,
                    call.toTag, call.caller, call.callee, call.source, raw.ringingAt, raw.answeredAt, raw.endedAt,
                    raw.talkMilliseconds, Int32(raw.code), call.reason, raw.hangup, call.attempts, call.postedAt)
            }
        }
    }

    private func copyRated(_ calls: [VolumeCall], _ session: Connection) async throws -> Int {
        let target: SQL = "cdr.enriched_cdr (\(unescaped: RatedCDR.columns), posted_at)"
        return try await session.copyIn(target, idleLimit: Self.limit) { writer in
            for call in calls { try await call.rated.write(to: writer, postedAt: call.postedAt) }
        }
    }

    private func copyLedger(
        _ calls: [VolumeCall], _ payments: [Int: Int64], _ at: Date, _ piece: Int, _ session: Connection
    ) async throws -> Int {
        let target: SQL = """
            billing.ledger (tenant_id, id, account_id, posted_at, source, source_id, currency, available, counter,
                            counter_account, occurred_at)
            """
        let tenant = market.tenant
        let currency = VolumeMarket.currency
        var random = SplitMix64(seed: market.seed, stream: .payment, number: piece)
        let paid = payments.sorted { $0.key < $1.key }.map { account, units in
            let id = UUID.v7(milliseconds: at.microseconds / 1000, random: &random)
            return (id: id, account: market.accountIDs[account], amount: Money(units: units))
        }
        try await session.run(
            """
            insert into billing.vouchers (tenant_id, account_id, kind, amount, posting_id, reason, created_at)
            select \(tenant), p.account_id, 'top_up', p.amount, p.id, 'seeded', \(at)
              from unnest(\(paid.map(\.account)), \(paid.map(\.amount)), \(paid.map(\.id))) p (account_id, amount, id)
            """)
        return try await session.copyIn(target, idleLimit: Self.limit) { writer in
            for (id, account, amount) in paid {
                try await writer.row(
                    tenant, id, account, at, "payment", id, currency, amount, -amount, "payments", Date?.none)
            }
            for call in calls where call.rated.sell.amount > .zero {
                let (raw, amount) = (call.rated.raw, call.rated.sell.amount)
                let id = UUID.v7(milliseconds: call.postedAt.microseconds / 1000, random: &random)
                try await writer.row(
                    tenant, id, raw.accountID, call.postedAt, "cdr", raw.id, currency, -amount, amount,
                    "voice_revenue", raw.startedAt)
            }
        }
    }

    private func copyTracked(_ calls: [VolumeCall], _ session: Connection) async throws -> Int {
        if calls.isEmpty { return 0 }
        let target: SQL = "tracking.calls (\(TrackedRow.columns))"
        return try await session.copyIn(target, idleLimit: Self.limit) { writer in
            for call in calls {
                guard let tracking = call.tracking else { continue }
                try await TrackedRow(call, tracking, market).write(to: writer)
            }
        }
    }
}
