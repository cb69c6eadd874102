import Foundation
import Postgres
import TestSupport

@testable import Services
@testable import Telecom

/// Random calls of the demonstration's tenant, and what they are in the database.
struct ReportMarket {
    static let trunks = ["330", "331", "332"].compactMap {
        UUID(uuidString: "de300000-0000-7000-8000-000000000\($0)")
    }
    /// Numbers, and what their destination is called.
    static let numbers: [(number: String?, destination: String)] = [
        ("+14155550142", "+1 US"), ("+442079460000", "+44 GB"), ("+4930123456", "+49 DE"), (nil, "unknown"),
    ]
    static let start = Date(timeIntervalSince1970: 1_791_936_000)  // 2026-10-14
    static let days = 3

    struct Try {
        let trunk: UUID
        let code: String
    }

    struct Call {
        let id: UUID
        let startedAt: Date
        let isCustomer: Bool
        let direction: String
        let number: Int
        let disposition: String
        let code: Int
        let rang: Bool
        /// The trunk that it ended at, or came from.
        let trunk: UUID?
        let failed: [Try]
        let pdd: Int?
        let talk: Int
        let sell: Money
        let buy: Money

        var isAnswered: Bool { disposition == "answered" }
        var isOutbound: Bool { direction != "inbound" }
        /// Whether the network did its part (facts of ITU-T E.425).
        var isEffective: Bool {
            isAnswered || [486, 600, 603].contains(code) || rang && [408, 480, 487].contains(code)
        }
    }

    let calls: [Call]

    init(seed: UInt64, count: Int) {
        var random = SeededGenerator(seed: seed)
        calls = (0..<count).map { _ in Self.call(&random) }
    }

    private static let failures: [(disposition: String, code: Int)] = [
        ("busy", 486), ("busy", 600), ("no_answer", 480), ("no_answer", 408), ("cancelled", 487), ("failed", 503),
        ("failed", 404), ("failed", 603), ("failed", 488), ("lost", 500),
    ]

    private static func call(_ random: inout SeededGenerator) -> Call {
        let seconds = Int.random(in: 0..<(days * 86_400), using: &random)
        let directions = ["outbound", "outbound", "outbound", "inbound", "emergency"]
        let direction = directions.randomElement(using: &random) ?? ""
        let draw = Int.random(in: 0..<10, using: &random)
        let isAnswered = draw < 5
        let isRefused = draw == 5 && direction != "inbound"
        let failure = failures.randomElement(using: &random) ?? ("failed", 503)
        let isLost = !isAnswered && !isRefused && failure.disposition == "lost"
        let rang = isAnswered || !isRefused && Bool.random(using: &random)
        let tries = (0..<Int.random(in: 0...2, using: &random)).map { _ in
            Try(
                trunk: trunks.randomElement(using: &random) ?? UUID(),
                code: ["503", "timeout", "404"].randomElement(using: &random) ?? "503")
        }
        func money(_ most: Int64) -> Money { Money(units: Int64.random(in: 1...most, using: &random)) }
        return Call(
            id: UUID.v7(), startedAt: start.addingTimeInterval(Double(seconds)),
            isCustomer: Bool.random(using: &random), direction: direction,
            number: Int.random(in: 0..<numbers.count, using: &random),
            disposition: isAnswered ? "answered" : isRefused ? "refused" : failure.disposition,
            code: isAnswered ? 200 : isRefused ? 403 : failure.code, rang: rang,
            trunk: isRefused ? nil : trunks.randomElement(using: &random),
            // Of a lost call no record came, so that nothing is known of its tries.
            failed: isRefused || isLost || direction == "inbound" ? [] : tries,
            pdd: rang ? Int.random(in: 50...20_000, using: &random) : nil,
            talk: isAnswered ? Int.random(in: 1_000...300_000, using: &random) : 0,
            sell: isAnswered ? money(5_000_000) : .zero, buy: isAnswered ? money(4_000_000) : .zero)
    }

    /// Stores the calls as the pipeline leaves them, and sums them up.
    func store(_ owner: Database) async throws {
        for call in calls {
            let last = call.isAnswered ? "200" : call.disposition == "lost" ? "" : "\(call.code)"
            var attempts = call.failed.map { "\($0.trunk.text):\($0.code);" }.joined()
            if let trunk = call.trunk, call.isOutbound, !last.isEmpty { attempts += "\(trunk.text):\(last);" }
            let account: UUID? = call.isCustomer ? SeedDemo.customerAccount : nil
            let priced: UUID? = call.isAnswered ? SeedDemo.tenant : nil
            _ = try await owner.run([
                """
                insert into cdr.raw_cdr (tenant_id, started_at, id, edge_id, sip_code, attempts, processed_at)
                values (\(SeedDemo.tenant), \(call.startedAt), \(call.id), 'x', \(Int32(call.code)), \(attempts), now())
                """,
                """
                insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                                              to_number, disposition, sip_code, ringing_at, pdd_ms, talk_ms, currency,
                                              sell_rate_id, sell_rate, sell_connect_fee, sell_initial_s, sell_next_s,
                                              sell_amount, buy_rate_id, buy_rate, buy_connect_fee, buy_initial_s,
                                              buy_next_s, buy_amount, posted_at)
                select \(SeedDemo.tenant), \(call.startedAt), \(call.id), \(account), \(call.trunk), \(call.direction),
                       \(Self.numbers[call.number].number), \(call.disposition), \(Int32(call.code)),
                       case when \(call.rang) then \(call.startedAt)::timestamptz end, \(call.pdd)::int, \(call.talk),
                       'USD', r.id, r.one, r.one, r.one, r.one, \(call.sell), r.id, r.one, r.one, r.one, r.one,
                       \(call.buy), now()
                  from (select \(priced)::uuid as id, case when \(priced)::uuid is not null then 1 end as one) r
                """,
            ])
        }
        try await owner.run(
            """
            select cdr.roll_up(\(SeedDemo.tenant), \(Self.start),
                               \(Self.start)::timestamptz + make_interval(days => \(Self.days)::int))
            """)
    }
}
