import Foundation
import Glibc
import Postgres
import Telecom
import TestSupport
import Testing

extension EndToEndTests {
    /// One heddle whose edge is killed, and stopped, with calls in it.
    @Suite(.serialized, .heddle("edge-crash")) struct CrashTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private func edgeIsAnother(than old: Int32) async throws {
            try await until("Kamailio is started again", within: .seconds(40)) {
                let pid = heddle.kamailio
                return pid != nil && pid != old
            }
        }

        private func nextCallWorks() async throws {
            let next = try await heddle.call(Dialling())
            #expect(try await heddle.settled(next).map(\.code) == [200])
        }

        @Test func `calls in a killed edge leave one CDR each, which says that they were lost`() async throws {
            let old = try #require(heddle.kamailio)
            let before = try await heddle.available()
            try await heddle.with([.answers("carrier_b")]) {
                let placed = try await heddle.dial(Dialling(calls: 3, talkMilliseconds: 15_000))
                try await heddle.answered(placed)
                try ProcessTree(old).signal(SIGKILL)
                try await edgeIsAnother(than: old)
                let told = try await heddle.settled(placed)
                #expect(told.allSatisfy { $0.disposition == "lost" && $0.hangup == "lost" && $0.sell == .zero })
                #expect(try await heddle.available() == before)
                // The parties hang up through the new edge, which leaves no second record.
                _ = await placed.finished()
                try await nextCallWorks()
                #expect(try await heddle.settled(placed).map(\.cdrID) == told.map(\.cdrID))
            }
        }

        @Test func `when only its first process is killed, calls are hung up and keep their CDRs`() async throws {
            let old = try #require(heddle.kamailio)
            // The two that are hung up, and the next one.
            try await heddle.with([.answers("carrier_b", calls: 3)]) {
                let placed = try await heddle.dial(Dialling(scenario: "uac_wait_bye", calls: 2))
                try await heddle.answered(placed)
                kill(old, SIGKILL)
                try await edgeIsAnother(than: old)
                #expect(await placed.finished())
                let told = try await heddle.settled(placed)
                #expect(told.allSatisfy { $0.disposition == "answered" && $0.hangup == "edge" })
                try await nextCallWorks()
            }
        }

        @Test func `an orderly stop hangs up what was answered and cancels what rings`() async throws {
            let ringing = FarEnd(party: "carrier_b", scenario: "uas_ring_no_answer", calls: 1)
            try await heddle.with([ringing, .answers("carrier_c", calls: 1)]) {
                let talking = try await heddle.dial(Dialling(scenario: "uac_wait_bye", callee: "+12425550100"))
                try await heddle.answered(talking)
                let waiting = try await heddle.dial(.refused(487))
                try await heddle.ringing(waiting)
                await heddle.stopServers()
                let heard = [await talking.finished(), await waiting.finished()]
                #expect(heard == [true, true])
                try await heddle.serve()
                #expect(try await heddle.settled(talking).map(\.hangup) == ["edge"])
                let told = try #require(try await heddle.settled(waiting).first)
                #expect(told.code == 487 && told.hangup == "edge" && told.disposition == "cancelled")
            }
            try await heddle.with([.answers("carrier_b")]) { try await nextCallWorks() }
        }
    }
}
