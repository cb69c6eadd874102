import Foundation
import Glibc
import Postgres
import Processes
import Telecom
import TestSupport
import Testing

extension EndToEndTests {
    /// One heddle whose parts are killed and frozen while calls go on.
    @Suite(.serialized, .heddle("outage", digest: "SHA-256,MD5")) struct OutageTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        @Test func `a customer logs in by digest with SHA-256`() async throws {
            let caller = DigestCaller(heddle, from: heddle.plan.host("digest_customer"), to: "+14155550142")
            let statuses = try await heddle.with([.answers("carrier_b")]) {
                try await caller.call(user: "juniper-pbx", password: "juniper-demo")
            }
            #expect(statuses == [407, 200, 200])
            #expect(try await heddle.settled(caller.callID, calls: 1).map(\.code) == [200])
        }

        /// Within half a second: the one in the middle, since a test machine may stumble over a single one.
        private func refusedSoon(_ refused: [Told]) throws {
            let waits = refused.compactMap(\.milliseconds).sorted()
            let middle = try #require(waits.isEmpty ? nil : waits[waits.count / 2], "no refused call has an end")
            #expect(middle <= 500, "\(waits)")
        }

        /// New calls are refused soon, calls in progress end by themselves.
        private func during(
            _ outage: () async throws -> Void, until back: () async throws -> Void
        ) async throws {
            try await heddle.with([.answers("carrier_b"), .answers("emergency_a")]) {
                let inProgress = try await heddle.dial(Dialling(calls: 5, talkMilliseconds: 2_500))
                try await heddle.answered(inProgress)
                try await outage()
                let refused = try await heddle.call(
                    Dialling(
                        scenario: "uac_refused", calls: 5, perSecond: 10, arguments: ["-key", "code", "503"]))
                let emergency = try await heddle.call(Dialling(callee: "911"))
                #expect(await inProgress.finished())
                try await back()
                #expect(try await heddle.settled(inProgress).allSatisfy { $0.code == 200 && $0.hangup == "caller" })
                let told = try await heddle.settled(refused)
                #expect(told.allSatisfy { $0.code == 503 })
                try refusedSoon(told)
                #expect(try await heddle.settled(emergency).map(\.direction) == ["emergency"])
                let next = try await heddle.call(Dialling())
                #expect(try await heddle.settled(next).map(\.code) == [200])
            }
        }

        @Test func `a frozen PostgreSQL stops new calls only`() async throws {
            let frozen = try ProcessTree(heddle.postmaster)
            defer { frozen.signal(SIGCONT) }
            try await during {
                frozen.signal(SIGSTOP)
            } until: {
                try await Task.sleep(for: .seconds(2))
                frozen.signal(SIGCONT)
            }
        }

        @Test func `a killed PostgreSQL stops new calls only, and is started again`() async throws {
            let killed = try ProcessTree(heddle.postmaster)
            // The new server cannot start while a backend of the old one lives: it keeps the outage long enough.
            defer { killed.signal(SIGKILL) }
            try await during {
                killed.signalChildren(SIGSTOP)
                kill(killed.root, SIGKILL)
            } until: {
                killed.signal(SIGKILL)
                try await until("PostgreSQL is back", within: .seconds(40)) {
                    (try? await heddle.database.run("select 1", deadline: .seconds(1))) != nil
                }
            }
        }

        @Test func `PostgreSQL is away for twenty seconds in the middle of traffic`() async throws {
            let killed = try ProcessTree(heddle.postmaster)
            defer { killed.signal(SIGKILL) }
            try await heddle.with([.answers("carrier_b")]) {
                let inProgress = try await heddle.dial(Dialling(calls: 5, talkMilliseconds: 26_000))
                try await heddle.answered(inProgress)
                let traffic = try await heddle.dial(Dialling(calls: 60, perSecond: 2, talkMilliseconds: 1_000))
                try await heddle.answered(traffic, 1)
                killed.signalChildren(SIGSTOP)
                kill(killed.root, SIGKILL)
                try await Task.sleep(for: .seconds(20))
                killed.signal(SIGKILL)
                #expect(await inProgress.finished())
                _ = await traffic.finished()

                // One CDR for each call, the ledger their sum, no hold left: `settled` proves it for all.
                let unhurt = try await heddle.settled(inProgress)
                #expect(unhurt.allSatisfy { $0.code == 200 && $0.hangup == "caller" && $0.talkMilliseconds >= 25_000 })
                let told = try await heddle.settled(traffic)
                let refused = told.filter { $0.code == 503 }
                #expect(refused.count >= 30 && told.count { $0.code == 200 } == 60 - refused.count)
                try refusedSoon(refused)
                #expect(refused.allSatisfy { $0.sell == .zero })
                let next = try await heddle.call(Dialling())
                #expect(try await heddle.settled(next).map(\.code) == [200])
            }
        }

        @Test func `calls and CDRs survive a killed heddle`() async throws {
            let edge = try #require(heddle.kamailio)
            try await heddle.with([.answers("carrier_b")]) {
                let traffic = try await heddle.dial(Dialling(calls: 12, perSecond: 8, talkMilliseconds: 3_000))
                try await heddle.answered(traffic, 8)
                await heddle.killServers()
                // Calls end while nobody is there to take their CDRs.
                _ = await traffic.finished()
                try await heddle.serve(until: "adopted the running SIP edge")
                let told = try await heddle.settled(traffic)
                #expect(heddle.kamailio == edge)
                #expect(told.count { $0.code == 200 } >= 8 && told.allSatisfy { [200, 503].contains($0.code) })
                let next = try await heddle.call(Dialling())
                #expect(try await heddle.settled(next).map(\.code) == [200])
            }
        }
    }
}
