import Foundation
import Postgres
import Services
import TestSupport
import Testing

/// Events on their way to receivers that do what receivers do.
@Suite(.database, .serialized) struct DeliverEventsTests {
    private func dispatch(_ db: TestDatabase) async throws { while try await DispatchEvents(db.engine)() > 0 {} }

    @Test func `an event arrives once, signed, under its id`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let (_, secret) = try await mine.webhook("https://localhost:\(receiver.port)/ok", ["call.*"])
            try await mine.event()
            try await mine.event("invoice.paid")
            try await dispatch(receiver.db)
            try await receiver.sender()()
            try await receiver.sender()()
            let received = try receiver.received
            #expect(received.count == 1)
            let one = try #require(received.first)
            let (id, time) = (one.headers["webhook-id"] ?? "", Int(one.headers["webhook-timestamp"] ?? "") ?? 0)
            #expect(abs(Double(time) - Date().timeIntervalSince1970) < 60)
            #expect(
                one.headers["webhook-signature"]
                    == EventSignature.header(secrets: [secret], id: id, seconds: time, body: Array(one.body.utf8)))
            let body = try JSONValue(Array(one.body.utf8))
            #expect(body["type"] == "call.rated" && body["id"]?.shown == id && body["data"] == ["call_id": "1"])
            #expect(try await mine.deliveries() == ["delivered 1 200"])
        }
    }

    @Test func `what came of a request with a trace hands it on, and nothing else does`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            _ = try await mine.webhook("https://localhost:\(receiver.port)/ok", ["account.created"])
            let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            for header in [trace, nil] {
                var scope = mine.scope
                scope.trace = header.flatMap(TraceParent.init)
                let ban = String(UUID().uuidString.filter(\.isHexDigit).prefix(12))
                _ = try await receiver.db.app.run([
                    scope.opening,
                    "insert into accounts.accounts (tenant_id, ban, name) values (\(mine.id), \(ban), 'x')",
                ])
            }
            try await dispatch(receiver.db)
            try await receiver.sender()()
            let traces = try receiver.received.map { $0.headers["traceparent"] ?? "none" }
            #expect(Set(traces) == [trace, "none"] && traces.count == 2)
        }
    }

    /// Standard Webhooks 1.0.0, the vector of its libraries.
    @Test func `the signature is that of the standard`() {
        let header = EventSignature.header(
            secrets: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            seconds: 1_614_265_330, body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    private static let failures = [
        ("/status/500", "pending 1 status 500"), ("/status/404", "pending 1 status 404"),
        ("/redirect", "pending 1 redirect 302"), ("/big", "pending 1 too_large 200"), ("/close", "pending 1 connect"),
        ("/hang", "pending 1 timeout"),
    ]

    @Test(arguments: failures)
    func `what a receiver does wrong is noted, and tried again`(path: String, expected: String) async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let (id, _) = try await mine.webhook("https://localhost:\(receiver.port)\(path)")
            try await receiver.db.owner.run(
                "update integration.webhooks set timeout_ms = 1000 where tenant_id = \(mine.id) and id = \(id)")
            try await mine.event()
            try await dispatch(receiver.db)
            try await receiver.sender()()
            #expect(try await mine.deliveries() == [expected])
            #expect(try await mine.states() == ["active closed"])
            // Nothing follows a redirect.
            #expect(try receiver.received.allSatisfy { $0.path == path })
        }
    }

    @Test func `nothing is sent where nobody may be sent to, and nothing to whom nobody vouches for`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            for host in ["localhost", "127.0.0.1", "nobody.invalid"] {
                _ = try await mine.webhook("https://\(host):\(receiver.port)/ok")
            }
            try await mine.event()
            try await dispatch(receiver.db)
            try await receiver.sender(isOpen: false)()
            #expect(
                Set(try await mine.deliveries())
                    == ["pending 1 address_refused", "pending 1 dns"])
            let other = try await WebhookOperator(receiver.db)
            _ = try await other.webhook("https://localhost:\(receiver.port)/ok")
            try await other.event()
            try await dispatch(receiver.db)
            try await receiver.sender(trusts: false)()
            let refused = try await other.deliveries()
            #expect(refused == ["pending 1 tls"], "\(refused)")
            #expect(try receiver.received.isEmpty)
        }
    }

    @Test func `the events of a key arrive in their order, whatever fails; others do not wait`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            _ = try await mine.webhook("https://localhost:\(receiver.port)/flaky/3")
            for number in 1...5 {
                try await mine.event(key: "a", #"{"n":\#(number)}"#)
                try await mine.event(key: "b\(number)", #"{"n":\#(number + 100)}"#)
            }
            try await dispatch(receiver.db)
            for _ in 0..<20 {
                try await receiver.sender()()
                try await mine.hurry()
            }
            #expect(Set(try await mine.deliveries().map { $0.prefix(9) }) == ["delivered"])
            var last: [String: Int] = [:]
            var ids: [Int: Set<String>] = [:]
            for one in try receiver.received {
                let n = try Int(#require(JSONValue(Array(one.body.utf8))["data"]?["n"]).shown) ?? 0
                ids[n, default: []].insert(one.headers["webhook-id"] ?? "")
                guard n < 100 else { continue }
                #expect(n >= last["a", default: 0], "\(n) after \(last)")
                last["a"] = n
            }
            #expect(ids.count == 10 && ids.values.allSatisfy { $0.count == 1 })
        }
    }

    @Test func `a receiver that fails again and again is left alone, then looked at, then served`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let (id, _) = try await mine.webhook("https://localhost:\(receiver.port)/status/500")
            try await receiver.db.owner.run(
                "update integration.webhooks set breaker_threshold = 3 where tenant_id = \(mine.id)")
            for number in 0..<30 { try await mine.event(key: "\(number)") }
            try await dispatch(receiver.db)
            for _ in 0..<3 { try await receiver.sender()() }
            #expect(try await mine.states() == ["active open"])
            // Ten at once, before it was known that they fail, one for each that failed until it was, and a look now
            // and then, however long this takes: not each of the thirty.
            let before = try receiver.received.count
            #expect(before < 25, "\(before)")
            try await mine.hurry()
            try await receiver.sender()()
            #expect(try await mine.states() == ["active open"])
            #expect(try receiver.received.count < before + 5)
            try await receiver.db.owner.run(
                """
                update integration.webhooks set url = \("https://localhost:\(receiver.port)/ok")
                 where tenant_id = \(mine.id) and id = \(id)
                """)
            for _ in 0..<4 {
                try await mine.hurry()
                try await receiver.sender()()
            }
            #expect(try await mine.states() == ["active closed"])
            #expect(try await mine.deliveries().allSatisfy { $0.hasPrefix("delivered") })
        }
    }

    @Test func `a sender that dies in the middle leaves what the next one delivers, under the same id`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let (id, _) = try await mine.webhook("https://localhost:\(receiver.port)/hang")
            try await mine.event()
            try await dispatch(receiver.db)
            let dying = Task { try await receiver.sender(mayFail: true)() }
            while try receiver.received.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
            dying.cancel()
            _ = try? await dying.value
            try await receiver.db.owner.run(
                """
                update integration.webhooks set url = \("https://localhost:\(receiver.port)/ok")
                 where tenant_id = \(mine.id) and id = \(id)
                """)
            try await mine.hurry()
            try await receiver.sender()()
            #expect(try await mine.deliveries().map { $0.prefix(9) } == ["delivered"])
            #expect(Set(try receiver.received.map { $0.headers["webhook-id"] }).count == 1)
            #expect(try receiver.received.map(\.path) == ["/hang", "/ok"])
        }
    }

    @Test func `what was sent is sent again, under its id; a secret that was replaced signs for a day more`()
        async throws
    {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let (id, old) = try await mine.webhook("https://localhost:\(receiver.port)/ok")
            try await mine.event(key: "1")
            try await mine.event(key: "2")
            try await dispatch(receiver.db)
            try await receiver.sender()()
            let scope = mine.scope
            let (made, new) = try await receiver.db.app.transaction(
                context: scope.opening, statementTimeout: .seconds(10)
            ) { session in
                let made = try await ChangeWebhook.replay(
                    id, from: Date(timeIntervalSinceNow: -600), to: Date(timeIntervalSinceNow: 600), types: [],
                    onlyFailed: false, scope, session)
                return (made, try await ChangeWebhook(Receiver.ring).rotate(id, scope, session))
            }
            #expect(made == 2)
            try await receiver.sender()()
            let received = try receiver.received
            #expect(received.count == 4)
            #expect(Set(received.map { $0.headers["webhook-id"] }).count == 2)
            let last = try #require(received.last)
            #expect(
                last.headers["webhook-signature"]
                    == EventSignature.header(
                        secrets: [new, old], id: last.headers["webhook-id"] ?? "",
                        seconds: Int(last.headers["webhook-timestamp"] ?? "") ?? 0, body: Array(last.body.utf8)))
        }
    }

    @Test func `a pixel carries its values in the address, and headers that are no secrets of ours`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            let url = "https://localhost:\(receiver.port)/ok?id={call.id}&amount={amount}&x={no}"
            let (id, _) = try await mine.webhook(url)
            func headers(_ json: String) async throws {
                try await receiver.db.owner.run(
                    """
                    update integration.webhooks set method = 'GET', headers = \(JSONText(json))
                     where tenant_id = \(mine.id) and id = \(id)
                    """)
            }
            try await headers(#"{"X-A":"b"}"#)
            try await mine.event("call.rated", key: "z", #"{"call_id":"a b&c","amount":"1.5"}"#)
            try await dispatch(receiver.db)
            try await receiver.sender()()
            let one = try #require(try receiver.received.last)
            #expect(one.method == "GET" && one.path == "/ok?id=a%20b%26c&amount=1.5&x=")
            #expect(one.headers["x-a"] == "b")
            // What is kept where Heddle runs is not an operator's to be sent.
            try await headers(#"{"Authorization":"env:DATABASE_URL"}"#)
            try await mine.event("call.rated", key: "y")
            try await dispatch(receiver.db)
            try await receiver.sender()()
            #expect(try await mine.deliveries() == ["delivered 1 200", "pending 1 internal"])
            #expect(try receiver.received.count == 1)
        }
    }

    /// A row from before headers had to be texts, which is read back longer than it was written.
    @Test func `headers that cannot be read are a failure of their webhook, and others have their events`()
        async throws
    {
        try await Receiver.run { receiver in
            let (mine, other) = (try await WebhookOperator(receiver.db), try await WebhookOperator(receiver.db))
            let (id, _) = try await mine.webhook("https://localhost:\(receiver.port)/ok")
            _ = try await other.webhook("https://localhost:\(receiver.port)/ok")
            try await receiver.db.owner.run(
                "alter table integration.webhooks drop constraint webhook_header_values_are_texts")
            try await receiver.db.owner.run(
                """
                update integration.webhooks set headers = \(JSONText(#"{"X-N":1e500}"#))
                 where tenant_id = \(mine.id) and id = \(id)
                """)
            try await mine.event()
            try await other.event()
            try await dispatch(receiver.db)
            try await receiver.sender()()
            #expect(try await mine.deliveries() == ["pending 1 internal"])
            #expect(try await other.deliveries() == ["delivered 1 200"])
        }
    }

    @Test func `a receiver that answers a byte at a time, or asks for a century, is waited for as long as may be`()
        async throws
    {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            for path in ["/drip", "/century"] {
                let (id, _) = try await mine.webhook(
                    "https://localhost:\(receiver.port)\(path)", ["x.\(path.dropFirst())"])
                try await receiver.db.owner.run(
                    "update integration.webhooks set timeout_ms = 1000 where tenant_id = \(mine.id) and id = \(id)")
                try await mine.event("x.\(path.dropFirst())", key: path)
            }
            try await dispatch(receiver.db)
            let began = ContinuousClock.now
            try await receiver.sender()()
            #expect(ContinuousClock.now - began < .seconds(30))
            #expect(
                Set(try await mine.deliveries()) == ["pending 1 timeout", "pending 1 status 503"])
        }
    }

    @Test func `a webhook that is disabled keeps nothing waiting`() async throws {
        try await Receiver.run { receiver in
            let mine = try await WebhookOperator(receiver.db)
            _ = try await mine.webhook("https://localhost:\(receiver.port)/status/410")
            for _ in 0..<3 { try await mine.event() }
            try await dispatch(receiver.db)
            try await receiver.sender()()
            #expect(try await mine.states() == ["disabled closed"])
            #expect(try await mine.deliveries().map { $0.prefix(9) } == ["cancelled", "cancelled", "cancelled"])
        }
    }

    private static let addresses = [
        ("8.8.8.8", true), ("127.0.0.1", false), ("10.1.2.3", false), ("172.31.0.1", false), ("172.32.0.1", true),
        ("192.168.1.1", false), ("169.254.169.254", false), ("100.64.0.1", false), ("100.128.0.1", true),
        ("0.0.0.0", false), ("224.0.0.1", false), ("255.255.255.255", false), ("198.18.0.1", false),
        ("2606:4700::1111", true), ("::1", false), ("::ffff:8.8.8.8", false), ("::ffff:127.0.0.1", false),
        ("fe80::1", false), ("fc00::1", false), ("fd00:ec2::254", false), ("2001:db8::1", false),
        ("2002:7f00:1::", false),
        ("64:ff9b::7f00:1", false), ("ff02::1", false), ("2001::1", false), ("localhost", false), ("0x7f.1", false),
        ("2130706433", false),
    ]

    @Test(arguments: addresses)
    func `only what is for everybody may be sent to`(address: String, isOpen: Bool) {
        #expect((PublicAddress(address) != nil) == isOpen)
        #expect(PublicAddress("127.0.0.1", allowed: ["127.0.0.0/8"]) != nil)
    }
}
