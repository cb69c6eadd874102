import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// The engine and `billing.rate_call()` are two programs by one set of rules: they come to the same to the last digit.
/// What the engine goes by is what `UsedExtras` reads.
@Suite(.database) struct RatingOracleTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private struct Call {
        let key: ExtrasKey
        let terms: RateTerms
        let use: CallUse
        /// A rate of exchange as SQL is told it: a factor and a divisor.
        let exchange: (times: Money, over: Money)
    }

    @Test(.serialized, arguments: Soak.seeds(short: 6, long: 200))
    func `Swift and SQL price calls alike`(seed: UInt64) async throws {
        var random = RandomExtras(seed: seed)
        try await random.store(db.owner)
        let calls = try (0..<120).map { _ in try call(&random) }
        let read = try await db.engine.lease { try await UsedExtras($0, for: calls.map(\.key)) }
        var answers: [String] = []
        var withExtras = 0
        for call in calls {
            let extras = read[call.key]
            if extras != nil { withExtras += 1 }
            let price = try RatingRules(terms: call.terms, extras: extras).price(call.use)
            answers.append(
                [
                    extras?.id.text ?? "none", price.amount.text(minimumDecimals: 8), "\(price.billedSeconds)",
                    "\(price.includedSeconds)", price.attemptFee.text(minimumDecimals: 8),
                    price.shortCallFee.text(minimumDecimals: 8),
                ].joined(separator: " "))
        }
        let asked = try await ask(calls)
        for (position, call) in calls.enumerated() {
            #expect(answers[position] == asked[position], "seed \(seed): \(call)")
        }
        #expect(withExtras > 10)
    }

    private func call(_ random: inout RandomExtras) throws -> Call {
        let number = random.one(of: ["+12125550100", "+13105550100", "+442079460958", "+33142685300"])
        let isDeck = random.one(of: [true, false, false])
        let outcome = random.one(of: [.answered, .answered, .answered, .busy, .failed, .refused] as [CallOutcome])
        let at = random.instant()
        var generator = SeededGenerator(seed: UInt64(random.number(0...Int64.max)))
        let rate = Money(units: random.number(1...300_000_000))
        let isInverse = random.one(of: [true, false])
        let isConverted = random.one(of: [true, false])
        let one = Money(units: 100_000_000)
        return Call(
            key: ExtrasKey(
                tenantID: random.tenant, list: isDeck ? .deck(random.deck) : .plan(random.plan),
                isInbound: !isDeck && random.one(of: [true, false]), number: try #require(E164(number)), at: at),
            terms: try randomTerms(&generator),
            use: CallUse(
                talkMilliseconds: outcome == .answered ? random.number(0...900_000) : 0,
                answeredMicroseconds: at.microseconds, outcome: outcome, usedSecondsBefore: random.number(0...4000),
                includedSeconds: random.one(of: [0, random.number(1...400)]),
                exchange: isConverted ? ExchangeFactor(rate: rate, isInverse: isInverse) : nil),
            exchange: isConverted ? (isInverse ? one : rate, isInverse ? rate : one) : (one, one))
    }

    private func randomTerms(_ generator: inout SeededGenerator) throws -> RateTerms {
        func units(_ generator: inout SeededGenerator) -> Int64 {
            .random(
                in: 0...([0, 100, 10_000_000, 900_000_000].randomElement(using: &generator) ?? 0), using: &generator)
        }
        func increment(_ generator: inout SeededGenerator) -> Int64 {
            [1, 6, 30, 60, Int64.random(in: 1...400, using: &generator)].randomElement(using: &generator) ?? 1
        }
        return try RateTerms(
            connectFee: Money(units: units(&generator)), initialRate: Rate(unitsPerMinute: units(&generator)),
            nextRate: Rate(unitsPerMinute: units(&generator)), initialIncrementSeconds: increment(&generator),
            nextIncrementSeconds: increment(&generator))
    }

    /// The same of SQL: which extras hold, and what they make of the call.
    private func ask(_ calls: [Call]) async throws -> [String] {
        let number: (Int64) -> Money = { Money(units: $0) }
        let rows = calls.map { call in
            JSONWriter.object { json in
                json.id("tenant", call.key.tenantID)
                switch call.key.list {
                case .plan(let id): json.id("plan", id)
                case .deck(let id): json.id("deck", id)
                }
                json.text("direction", call.key.isInbound ? "inbound" : "outbound")
                json.text("number", String(call.key.number.description.drop { $0 == "+" }))
                json.number("at", call.use.answeredMicroseconds)
                json.text("fee", call.terms.connectFee.description)
                json.text("first", number(call.terms.initialRate.unitsPerMinute).description)
                json.text("next", number(call.terms.nextRate.unitsPerMinute).description)
                json.number("first_s", call.terms.initialIncrementSeconds)
                json.number("next_s", call.terms.nextIncrementSeconds)
                json.number("talk_ms", call.use.talkMilliseconds)
                json.text("outcome", call.use.outcome.rawValue)
                json.number("used_s", call.use.usedSecondsBefore)
                json.number("included_s", call.use.includedSeconds)
                json.text("times", call.exchange.times.description)
                json.text("over", call.exchange.over.description)
            }
        }
        return try await db.engine.run(
            """
            with calls as (
                select c.*, j.position, timestamptz 'epoch' + c.at * interval '1 microsecond' as answered_at
                  from unnest(\(rows)::text[]) with ordinality as j (line, position)
                 cross join lateral jsonb_to_record(j.line::jsonb)
                       as c (tenant uuid, plan uuid, deck uuid, direction text, number text, at bigint, fee numeric,
                             first numeric, next numeric, first_s integer, next_s integer, talk_ms bigint, outcome text,
                             used_s bigint, included_s bigint, times numeric, over numeric)
            ), found as (
                select c.*, (select e.id from billing.rate_extras e
                              where e.tenant_id = c.tenant
                                and (e.rate_plan_id = c.plan or e.deck_id = c.deck) and e.direction = c.direction
                                and starts_with(c.number, coalesce(e.prefix, '')) and e.valid_from <= c.answered_at
                                and (e.valid_to > c.answered_at or e.valid_to is null)
                              order by length(e.prefix) desc nulls last, e.valid_from desc limit 1) as extras
                  from calls c
            )
            select concat_ws(' ', coalesce(f.extras::text, 'none'), r.amount::numeric(18, 8), r.billed_s, r.included_s,
                             r.attempt_fee::numeric(18, 8), r.short_call_fee::numeric(18, 8))
              from found f
             cross join lateral billing.rate_call(f.tenant, f.extras, f.fee, f.first, f.next, f.first_s, f.next_s,
                                                  (f.talk_ms + 999) / 1000, f.answered_at, f.outcome, f.used_s,
                                                  f.included_s, f.times, f.over) r
             order by f.position
            """, deadline: .seconds(60)
        ).values(String.self)
    }
}
