import Foundation
import Telecom
import Testing

@testable import Services

/// The calls that are made up: the same for the same seed, none that could not have been, and many as they are.
@Suite struct CallMakerTests {
    private static let made = VolumeFixture.maker().calls(0..<20_000)

    private let maker = VolumeFixture.maker()
    private let calls = made

    private func share(_ isCounted: (VolumeCall) -> Bool, of calls: [VolumeCall]? = nil) -> Double {
        let calls = calls ?? self.calls
        return Double(calls.count(where: isCounted)) / Double(calls.count)
    }

    // MARK: The seed

    @Test func `the same plan makes the same calls, each from its number alone`() {
        let again = VolumeFixture.maker().calls(700..<800)
        #expect(again.map(\.everything) == calls[700..<800].map(\.everything))
        #expect(maker.call(777).everything == calls[777].everything)
    }

    @Test(arguments: [
        VolumeFixture.plan(seed: 2), VolumeFixture.plan(tenant: "other"),
    ]) func `another seed or slug makes other ones`(plan: VolumePlan) {
        let others = VolumeFixture.maker(plan).calls(0..<200)
        let ids = Set(calls.map(\.rated.raw.id))
        #expect(others.allSatisfy { !ids.contains($0.rated.raw.id) })
    }

    // MARK: No call that could not have been

    @Test func `each call has an id of its own, in the order in which they start`() {
        #expect(Set(calls.map(\.rated.raw.id)).count == calls.count)
        #expect(zip(calls, calls.dropFirst()).allSatisfy { $0.rated.raw.startedAt <= $1.rated.raw.startedAt })
        let call = calls[4711]
        #expect(
            call.rated.raw.id
                == CallIdentity.cdrID(
                    edge: call.edge, callID: call.callID, fromTag: call.fromTag,
                    receivedMicroseconds: call.rated.raw.startedAt.microseconds))
    }

    @Test func `the parts of a call follow each other`() throws {
        for call in calls {
            let raw = call.rated.raw
            let ended = try #require(raw.endedAt)
            let times = [raw.startedAt, raw.ringingAt, raw.answeredAt, ended].compactMap { $0 }
            #expect(times == times.sorted())
            #expect((raw.answeredAt == nil) == (raw.talkMilliseconds == 0))
            if let answered = raw.answeredAt {
                #expect(raw.code == 200 && ended.microseconds - answered.microseconds == raw.talkMilliseconds * 1000)
            } else {
                #expect(raw.code >= 300 && call.rated.sell.amount == .zero && call.rated.buy.amount == .zero)
            }
        }
    }

    @Test func `numbers keep to the plan, and a call is priced by the prefix of its number`() throws {
        let rates = Dictionary(
            uniqueKeysWithValues: maker.market.pricePlans.flatMap { [$0.domestic] + $0.abroad }.map { ($0.id, $0) })
        for call in calls {
            let raw = call.rated.raw
            for number in [raw.fromNumber, raw.toNumber].compactMap({ $0 }) {
                let number = try #require(E164(number))
                #expect(!number.isNANP || NorthAmerica.problem(with: number) == nil, "\(number)")
            }
            let to = try #require(raw.toNumber)
            guard raw.direction == "outbound", let rate = raw.sellRateID.flatMap({ rates[$0] }) else { continue }
            #expect(to.dropFirst().hasPrefix(rate.prefix.description))
            #expect(raw.disposition == "refused" || raw.carrierTrunkID != nil)
        }
    }

    @Test func `carriers are tried one after the other, and the last one is where the call ended`() throws {
        let trunks = Set(maker.market.carriers.map(\.trunkID.text))
        for call in calls where call.rated.raw.direction == "outbound" {
            let tries = call.attempts.split(separator: ";").map { $0.split(separator: ":") }
            #expect(tries.allSatisfy { $0.count == 2 && trunks.contains(String($0[0])) })
            #expect(Set(tries.map { $0[0] }).count == tries.count)
            #expect(tries.isEmpty == (call.rated.raw.disposition == "refused"))
            #expect(tries.last.map { String($0[0]) } == call.rated.raw.carrierTrunkID?.text)
            #expect(tries.last == nil || tries.last?[1] == "\(call.rated.raw.code)" || call.rated.raw.code == 503)
        }
    }

    @Test func `no two prefixes abroad hold one another`() {
        let prefixes = VolumeDestination.abroad.map(\.prefix)
        for one in prefixes {
            #expect(prefixes.count { $0.hasPrefix(one) } == 1, "\(one)")
        }
    }

    @Test func `calls are sold for more than they are bought for`() {
        #expect(
            calls.allSatisfy { $0.rated.sell.amount >= $0.rated.buy.amount || $0.rated.raw.talkMilliseconds < 7000 })
        let sold = calls.reduce(Money.zero) { $0 + $1.rated.sell.amount }
        let bought = calls.reduce(Money.zero) { $0 + $1.rated.buy.amount }
        #expect(sold > bought && bought > .zero)
    }

    // MARK: As calls are

    @Test func `about half of them are answered, and the others end as they do`() {
        #expect((0.50...0.60).contains(share { $0.rated.raw.answeredAt != nil }))
        let endings = Set(calls.map(\.rated.raw.disposition))
        #expect(endings == ["answered", "busy", "no_answer", "cancelled", "failed", "refused"])
        #expect((0.005...0.03).contains(share { $0.rated.raw.disposition == "refused" }))
        #expect((0.18...0.26).contains(share { $0.rated.raw.direction == "inbound" }))
        #expect((0.03...0.08).contains(share { $0.tracking != nil }))
    }

    @Test func `answered calls last a minute or three, and ring after a second or three`() {
        let answered = calls.filter { $0.rated.raw.answeredAt != nil }
        let talks = answered.map(\.rated.raw.talkMilliseconds).sorted()
        let mean = talks.reduce(0, +) / Int64(talks.count)
        #expect((60_000...180_000).contains(mean) && (40_000...90_000).contains(talks[talks.count / 2]))
        let delays = answered.compactMap(\.rated.raw.postDialDelayMilliseconds).sorted()
        #expect((1000...2600).contains(delays[delays.count / 2]))
        #expect((0.02...0.12).contains(share({ $0.attempts.split(separator: ";").count > 1 }, of: answered)))
    }

    @Test func `most come in office hours of working days`() {
        let hours = calls.map { Int($0.rated.raw.startedAt.timeIntervalSince1970) / 3600 % 24 }
        let busy = hours.count { (14..<20).contains($0) }
        let night = hours.count { (4..<10).contains($0) }
        #expect(busy > 8 * night && night > 0)
        // The plan begins on a Monday.
        let days = calls.map {
            (Int($0.rated.raw.startedAt.timeIntervalSince1970) / 86_400 - maker.market.plan.firstDay) % 7
        }
        #expect(days.count { $0 == 1 } > 3 * days.count { $0 == 6 })
    }

    @Test func `a few accounts have most of the calls, and all have some`() {
        let counts = Dictionary(grouping: calls, by: \.account).mapValues(\.count).values.sorted(by: >)
        #expect(counts.count == 60 && counts[0] > 8 * counts[30])
    }

    @Test func `calls cross states, stay within one and leave the country`() {
        let jurisdictions = Dictionary(grouping: calls) { $0.rated.raw.jurisdiction }.mapValues(\.count)
        #expect((jurisdictions[.interstate] ?? 0) > (jurisdictions[.intrastate] ?? 0))
        for jurisdiction in [Jurisdiction.intrastate, .international, .indeterminate] {
            #expect((jurisdictions[jurisdiction] ?? 0) > 50, "\(jurisdiction)")
        }
    }

    @Test(arguments: [(1, 0, 2, 0), (1, 1, 2, 1), (3, 1, 2, 0), (200, 7, 50, 0)])
    func `small and lopsided markets work too`(accounts: Int, numbers: Int, carriers: Int, campaigns: Int) {
        var plan = VolumeFixture.plan(calls: 300)
        (plan.accounts, plan.numbers, plan.carriers, plan.campaigns) = (accounts, numbers, carriers, campaigns)
        let calls = VolumeFixture.maker(plan).calls(0..<300)
        #expect(calls.count == 300)
        #expect(numbers > 0 || calls.allSatisfy { $0.rated.raw.direction == "outbound" })
    }
}
