import Foundation
import Postgres
import SIP
import Services
import Telecom
import Testing

extension EndToEndTests.CallTests {
    /// What keeps a call from a carrier, what lets it in there, and what keeps no emergency call from anywhere.
    @Suite(.serialized) struct CarrierGuardTests {
        private let heddle: TestHeddle

        init() throws { heddle = try TestHeddle.suite }

        private let first = Seed.id(331), second = Seed.id(330)

        private func carrier(channels: Int?, perSecond: Int?, id: UUID = Seed.id(331)) async throws {
            try await heddle.change([
                "update routing.carrier_trunks set channels = \(channels), cps = \(perSecond) where id = \(id)"
            ])
        }

        @Test func `a carrier without a free channel is passed over`() async throws {
            try await carrier(channels: 1, perSecond: nil)
            let farEnds = ["carrier_b", "carrier_a"].map { ScriptedFarEnd(heddle, at: $0) }
            let told = try await heddle.with(scripted: farEnds) {
                var calls: [PlacedCall] = []
                for _ in 0..<2 { calls.append(try await heddle.place("+14155550142")) }
                for call in calls { try await call.hangUp() }
                var told: [Told] = []
                for call in calls { told.append(try await heddle.told(call)) }
                return told
            }
            try await carrier(channels: 120, perSecond: 40)
            #expect(told.map(\.code) == [200, 200])
            #expect(told.map(\.attempts) == ["\(first.text):200;", "\(first.text):full;\(second.text):200;"])
        }

        @Test func `a carrier that takes no more calls in this second is passed over`() async throws {
            try await carrier(channels: nil, perSecond: 1)
            let heddle = heddle
            let farEnds = ["carrier_b", "carrier_a"].map { ScriptedFarEnd(heddle, at: $0) }
            let told = try await heddle.with(scripted: farEnds) {
                // Some at once, and again until it was too much for a second.
                for _ in 0..<20 {
                    let calls = try await withThrowingTaskGroup(of: PlacedCall.self) { group in
                        for _ in 0..<5 { group.addTask { try await heddle.place("+14155550142") } }
                        return try await group.reduce(into: [PlacedCall]()) { $0.append($1) }
                    }
                    var told: [Told] = []
                    for call in calls where call.answer.code == 200 { try await call.hangUp() }
                    for call in calls { told.append(try await heddle.told(call)) }
                    if told.contains(where: { $0.attempts.contains(":full;") }) { return told }
                }
                return []
            }
            try await carrier(channels: 120, perSecond: 40)
            #expect(told.contains { $0.attempts == "\(first.text):full;\(second.text):200;" })
            #expect(told.allSatisfy { $0.code == 200 })
        }

        @Test(arguments: [
            ("401 Unauthorized", "WWW-Authenticate"), ("407 Proxy Authentication Required", "Proxy-Authenticate"),
        ])
        func `a carrier that asks for credentials gets them`(status: String, header: String) async throws {
            let password = "\(heddle.directory)/carrier.password"
            try "open sesame\n".write(toFile: password, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: password)
            try await login(user: "tidewater", reference: "file:\(password)")
            let farEnd = ScriptedFarEnd(heddle, at: "carrier_b") { invite in
                let answered = header == "WWW-Authenticate" ? "Authorization" : "Proxy-Authorization"
                guard let credentials = invite[answered].first else {
                    return .init(
                        status: status,
                        headers: [#"\#(header): Digest realm="carrier.example", nonce="n1", qop="auth""#])
                }
                return .init(status: Self.isRight(credentials, for: invite.uri) ? "200 OK" : "403 Forbidden")
            }
            let told = try await heddle.with(scripted: [farEnd]) {
                let call = try await heddle.place("+14155550142")
                #expect(call.answer.code == 200)
                try await call.hangUp()
                return try await heddle.told(call)
            }
            try await login(user: nil, reference: nil)
            #expect(told.code == 200 && told.attempts == "\(first.text):200;")
            #expect(farEnd.invites.count == 2)
        }

        private func login(user: String?, reference: String?) async throws {
            try await heddle.change([
                """
                update routing.carrier_trunks
                   set auth_username = \(user), auth_realm = \(user == nil ? nil : "carrier.example"),
                       auth_secret_ref = \(reference)
                 where id = \(Seed.id(331))
                """
            ])
        }

        private static func isRight(_ credentials: String, for uri: String) -> Bool {
            func value(_ name: String) -> String {
                let found = credentials.matches(of: /([a-z]+)="?([^",]*)"?/).first { $0.1 == name }
                return found.map { String($0.2) } ?? ""
            }
            let ha1 = HA1(user: "tidewater", realm: "carrier.example", password: "open sesame", algorithm: .md5)
            let expected = Digest.response(
                ha1: ha1, method: .invite, uri: value("uri"), nonce: "n1",
                protection: (nonceCount: value("nc"), cnonce: value("cnonce")))
            return value("username") == "tidewater" && value("uri") == uri && value("response") == expected
        }

        @Test func `no limit keeps an emergency call back`() async throws {
            try await heddle.change([
                "update accounts.accounts set channels = 1, cps = 1 where id = \(Seed.id(11))",
                "update routing.trunks set channels = 1, cps = 1 where id = \(Seed.id(500))",
                "update routing.carrier_trunks set channels = 1, cps = 1 where id = \(Seed.id(333))",
            ])
            let farEnds = ["carrier_b", "emergency_a"].map { ScriptedFarEnd(heddle, at: $0) }
            let codes = try await heddle.with(scripted: farEnds) {
                // Calls of the test before this one may have been in the same second.
                var calls: [PlacedCall] = []
                while calls.last?.answer.code != 200, calls.count < 100 {
                    calls.append(try await heddle.place("+14155550142"))
                }
                let usual = calls.count
                for _ in 0..<5 { calls.append(try await heddle.place("911")) }
                let refused = try await heddle.place("+14155550142")
                #expect(refused.answer.code == 503 && refused.answer["Retry-After"] == ["1"])
                for call in calls where call.answer.code == 200 { try await call.hangUp() }
                for call in calls + [refused] { _ = try await heddle.told(call) }
                return calls[(usual - 1)...].map(\.answer.code)
            }
            try await heddle.change([
                "update accounts.accounts set channels = 20, cps = 10 where id = \(Seed.id(11))",
                "update routing.trunks set channels = 20, cps = 10 where id = \(Seed.id(500))",
                "update routing.carrier_trunks set channels = null, cps = null where id = \(Seed.id(333))",
            ])
            #expect(codes == [200, 200, 200, 200, 200, 200])
            #expect(farEnds[1].invites.count == 5)
        }
    }
}
