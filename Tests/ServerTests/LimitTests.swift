import Foundation
import Postgres
import Processes
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// What an account or a trunk may do at once, and for how long.
    @Suite(.serialized) struct LimitTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private func limits(account: Int?, trunk: Int?, perSecond: Int?, seconds: Int = 3600) async throws {
            try await heddle.change([
                "update accounts.accounts set channels = \(account) where id = \(Seed.id(11))",
                """
                update routing.trunks set channels = \(trunk), cps = \(perSecond), max_duration_s = \(seconds)
                 where id = \(Seed.id(500))
                """,
            ])
        }

        private func usual() async throws { try await limits(account: 20, trunk: 20, perSecond: 10) }

        @Test(arguments: [(2, 20), (20, 2)])
        func `a call too many at once is refused`(account: Int, trunk: Int) async throws {
            try await limits(account: account, trunk: trunk, perSecond: nil)
            let told = try await heddle.with([.answers("carrier_b")]) {
                let placed = try await heddle.dial(Dialling(calls: 3, perSecond: 20, talkMilliseconds: 2_000))
                _ = await placed.finished()
                return try await heddle.settled(placed)
            }
            try await usual()
            #expect(told.map(\.code).sorted() == [200, 200, 503])
        }

        @Test func `too many calls in a second are refused`() async throws {
            try await limits(account: 20, trunk: 20, perSecond: 2)
            let told = try await heddle.with([.answers("carrier_b")]) {
                let placed = try await heddle.dial(Dialling(calls: 10, perSecond: 200))
                _ = await placed.finished()
                return try await heddle.settled(placed)
            }
            try await usual()
            let answered = told.count { $0.code == 200 }
            #expect(answered >= 2 && answered <= 6 && told.count { $0.code == 503 } == 10 - answered)
        }

        @Test func `the maximum duration ends the call on both sides`() async throws {
            try await limits(account: 20, trunk: 20, perSecond: 10, seconds: 2)
            let told = try await heddle.with([.answers("carrier_b")]) {
                try await heddle.settled(heddle.call(Dialling(scenario: "uac_wait_bye")))
            }
            try await usual()
            let call = try #require(told.first)
            #expect(call.hangup == "edge" && call.disposition == "answered")
            #expect((1_500...4_500).contains(call.talkMilliseconds))
        }

        @Test func `fifty calls at once cannot spend more than ten of them may`() async throws {
            try await limits(account: nil, trunk: nil, perSecond: nil)
            let before = try await heddle.available()
            // Ten minutes at 0.0120 are held: exactly a tenth.
            try await heddle.setAvailable(#require(Money("1.2")))
            let (least, told) = try await heddle.with([.answers("carrier_b")]) {
                let placed = try await heddle.dial(Dialling(calls: 50, perSecond: 1_000, talkMilliseconds: 5_000))
                var least = try #require(Money("1.2"))
                while placed.process.isRunning {
                    least = min(least, try await heddle.available())
                    if await placed.process.waitForExit(atMost: .milliseconds(50)) { break }
                }
                return (least, try await heddle.settled(placed))
            }
            let after = try await heddle.available()
            try await heddle.setAvailable(before)
            try await usual()
            #expect(least == .zero)
            #expect(told.count { $0.code == 200 } == 10 && told.count { $0.code == 402 } == 40)
            #expect(after == told.reduce(try #require(Money("1.2"))) { $0 - $1.sell })
        }
    }
}
