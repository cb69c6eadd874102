import TestSupport
import Testing

@testable import Telecom

/// The tables of prefixes against a look at every rule.
@Suite struct CallPolicyOracleTests {
    private let numbers = [
        "+13105550100", "+12129765550", "+18765550100", "+19005550100", "+18005550100", "+442079460958",
        "+4420794", "+881612345678", "+8811", "+33140000000",
    ].map { number($0) }
    private let prefixes = [
        "", "", "1", "1310", "131055", "1876", "1212", "1212976", "1900", "4", "44", "4420", "44207946", "8", "88",
        "881", "33",
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `any rules give the answer of one by one`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var verdicts: Set<String> = []
        for _ in 0..<400 {
            let rules = (0..<Int.random(in: 0...8, using: &random)).map { someRule($0, &random) }
            let policy = try #require(
                CallPolicyBuild(rules + [rule(99, nil, "999", .allow, .always)], []).policy(of: uuid(10), uuid(1)))
            let guards = GuardedPrefixes(["881", "131055"].map { prefix($0) }, areaCodes: testAreaCodes)
            for number in numbers {
                let kind = NumberKind(number, areaCodes: testAreaCodes)
                let now = Int64.random(in: 0...6, using: &random)
                var answer = "allowed"
                let digits = guards.digits(for: number, kind)
                do throws(CallPolicy.Denial) {
                    try policy.check(number, kind, guardDigits: digits, at: now)
                } catch {
                    answer = error.refusal.reason
                }
                #expect(answer == oracle(rules, number, kind, now), "\(seed): \(rules) \(number) at \(now)")
                verdicts.insert(answer)
            }
        }
        #expect(verdicts.count == 5)
    }

    private func someRule(_ position: Int, _ random: inout SeededGenerator) -> DestinationRuleRow {
        let effects: [DestinationRuleRow.Effect] = [
            .allow, .allow, .allow, .allow, .block, .block, .suspend, .suspendInternational,
        ]
        let effect = effects[Int.random(in: effects.indices, using: &random)]
        let text = prefixes[Int.random(in: prefixes.indices, using: &random)]
        let from = Int64.random(in: 0...3, using: &random)
        let until = Bool.random(using: &random) ? Int64.max : from + Int64.random(in: 1...3, using: &random)
        return rule(
            position, Bool.random(using: &random) ? 10 : nil, effect == .suspendInternational ? "" : text, effect,
            Validity(fromMicroseconds: from, untilMicroseconds: until))
    }

    private func rule(
        _ id: Int, _ account: Int?, _ digits: String, _ effect: DestinationRuleRow.Effect, _ validity: Validity
    ) -> DestinationRuleRow {
        DestinationRuleRow(
            id: uuid(id), tenantID: uuid(1), accountID: account.map { uuid($0) }, prefix: prefix(digits),
            effect: effect, validity: validity)
    }

    private func oracle(_ rules: [DestinationRuleRow], _ number: E164, _ kind: NumberKind, _ now: Int64) -> String {
        let digits = number.description.dropFirst()
        let held = rules.filter { $0.validity.contains(now) && digits.hasPrefix($0.prefix.description) }
        let isHome = kind == .geographic || kind == .tollFree
        if held.contains(where: { $0.effect == .suspend && $0.prefix.count == 0 }) { return "calling_suspended" }
        if !isHome, held.contains(where: { $0.effect == .suspendInternational }) { return "international_suspended" }
        if held.contains(where: { $0.effect == .suspend }) { return "destination_suspended" }
        let least =
            switch kind {
            case .geographic, .tollFree: digits.hasPrefix("131055") ? 6 : 0
            case .international: digits.hasPrefix("881") ? 3 : 0
            default: digits.dropFirst(4).hasPrefix("976") ? 7 : 4
            }
        let usable = held.filter { $0.effect == .block || $0.effect == .allow && $0.prefix.count >= least }
        for account in [uuid(10), nil] {
            let level = usable.filter { $0.accountID == account }
            guard let longest = level.map(\.prefix.count).max() else { continue }
            let nearest = level.filter { $0.prefix.count == longest }
            let latest = nearest.map(\.validity.fromMicroseconds).max()
            let blocks = nearest.contains { $0.validity.fromMicroseconds == latest && $0.effect == .block }
            return blocks ? "destination_not_allowed" : "allowed"
        }
        return isHome && least == 0 ? "allowed" : "destination_not_allowed"
    }
}
