import AsyncHTTPClient
import Crypto
import Foundation
import HTTPAPI
import NIOCore
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What payment providers report. Each test has an operator of its own.
@Suite(.database) struct PaymentWebhooksTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let environment = ["SIGNING": "whsec_test", "FORMER": "whsec_before"]

    /// A provider of an operator's.
    private func path(_ mine: TestOperator, former: SecretReference? = nil) async throws -> String {
        let path = try await KeepProviders(db.app).add(
            "main", kind: "stripe", secret: .environment(name: "SIGNING"), former: former, tolerance: 300, mine.scope)
        return "/v1/payments/webhooks/\(path)"
    }

    private static func event(
        _ id: String, payment: String = "pi_1", units: Int = 12_345, currency: String = "usd", account: String?,
        type: String = "payment_intent.succeeded"
    ) -> String {
        let metadata = account.map { "{\"heddle_account\":\"\($0)\"}" } ?? "{}"
        return """
            {"id":"\(id)","object":"event","type":"\(type)","created":1790000000,"livemode":true,"data":{"object":
            {"id":"\(payment)","object":"payment_intent","amount":\(units),"amount_received":\(units),
            "currency":"\(currency)","metadata":\(metadata),"payment_method_types":["card"],"latest_charge":null}}}
            """
    }

    private static func signature(_ body: String, key: String = "whsec_test", age: Int = 0) -> String {
        let time = Int(Date().timeIntervalSince1970) - age
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(time).\(body)".utf8), using: SymmetricKey(data: Data(key.utf8)))
        return "t=\(time),v1=\(Array(code).hex)"
    }

    private func report(
        _ server: TestServer, _ path: String, _ body: String, signature: String? = nil
    ) async throws -> TestServer.Answer {
        try await server.ask(
            .POST, path, headers: [("Stripe-Signature", signature ?? Self.signature(body))],
            body: .bytes(ByteBuffer(string: body)))
    }

    /// Events by their provider's ids, with their states.
    private func states(_ mine: TestOperator) async throws -> [String: String] {
        let events = try await ListProviderEvents(db.app)(mine.scope, state: nil, limit: 100)
        return Dictionary(uniqueKeysWithValues: events.map { ($0.externalID, $0.state) })
    }

    private func payments(_ mine: TestOperator) async throws -> [String] {
        try await db.owner.run(
            """
            select concat_ws(' ', provider, external_id, amount, currency, method, status) from billing.payments
             where tenant_id = \(mine.id) order by 1
            """
        ).values()
    }

    @Test func `a payment is posted once, however often and in whatever order it is reported`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        try await TestServer.run(environment: Self.environment) { server in
            let failed = Self.event("evt_0", account: mine.ban, type: "payment_intent.payment_failed")
            let paid = Self.event("evt_1", account: mine.ban)
            let paidAgain = Self.event("evt_2", account: mine.ban)
            #expect(try await report(server, path, paid).text == "{\"outcome\":\"posted\"}\n")
            for body in [paid, paidAgain, failed, paid] { #expect(try await report(server, path, body).status == 200) }
            #expect(try await states(mine) == ["evt_0": "ignored", "evt_1": "posted", "evt_2": "posted"])
            #expect(try await payments(mine) == ["stripe pi_1 123.4500 USD card succeeded"])
            let balance = try await db.owner.run(
                "select available::float8 from billing.account_balance where tenant_id = \(mine.id)"
            ).value(Double.self)
            #expect(balance == 123.45)
        }
    }

    @Test func `many reports of one payment at once post it once`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        try await TestServer.run(environment: Self.environment) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<12 {
                    let body = Self.event("evt_\(number % 4)", account: mine.ban)
                    group.addTask {
                        let answer = try await report(server, path, body)
                        #expect(answer.status == 200)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await payments(mine).count == 1)
            #expect(try await Set(states(mine).values) == ["posted"])
        }
    }

    @Test func `a refund or a dispute waits until somebody has seen to it`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        try await TestServer.run(environment: Self.environment) { server in
            for (id, type) in [("evt_1", "charge.dispute.created"), ("evt_2", "charge.refunded")] {
                let body = Self.event(id, account: mine.ban, type: type)
                #expect(try await report(server, path, body).text == "{\"outcome\":\"aside\"}\n")
            }
            #expect(try await states(mine) == ["evt_1": "aside", "evt_2": "aside"])
            let settle = SettleProviderEvent(db.engine, tenant: mine.id)
            try await settle.close("evt_1")
            await #expect(throws: BillingFailure.self) { try await settle.close("evt_1") }
            #expect(try await states(mine) == ["evt_1": "ignored", "evt_2": "aside"])
            #expect(try await payments(mine) == [])
        }
    }

    @Test func `what cannot be posted waits with the reason, until somebody says whose it is`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        try await TestServer.run(environment: Self.environment) { server in
            let bodies = [
                Self.event("evt_none", payment: "pi_a", account: nil),
                Self.event("evt_unknown", payment: "pi_b", account: "NOBODY"),
                Self.event("evt_currency", payment: "pi_c", currency: "eur", account: mine.ban),
            ]
            for body in bodies {
                #expect(try await report(server, path, body).text == "{\"outcome\":\"aside\"}\n")
                #expect(try await report(server, path, body).text == "{\"outcome\":\"aside\"}\n")
            }
            #expect(try await payments(mine).isEmpty)
            let reasons = try await ListProviderEvents(db.app)(mine.scope, state: "aside", limit: 10).map(\.reason)
            #expect(
                reasons.sorted() == [
                    "the payment is in EUR, and the account in USD",
                    "the payment names no account: its metadata has no heddle_account",
                    "there is no account \"NOBODY\"",
                ])
            let settle = SettleProviderEvent(db.engine, tenant: mine.id)
            try await settle("evt_unknown", account: mine.ban)
            await #expect(throws: BillingFailure.self) { try await settle("evt_unknown", account: mine.ban) }
            await #expect(throws: BillingFailure.self) { try await settle("evt_none", account: nil) }
            await #expect(throws: BillingFailure.self) { try await settle("evt_currency", account: mine.ban) }
            #expect(try await payments(mine) == ["stripe pi_b 123.4500 USD other succeeded"])
            #expect(try await states(mine)["evt_unknown"] == "posted")
        }
    }

    @Test func `only what is signed lately with the key is heard`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        let body = Self.event("evt_1", account: mine.ban)
        try await TestServer.run(environment: Self.environment) { server in
            // Signed when it is sent: what is ten seconds from being right would be right by then.
            let right = Self.signature(body)
            let wrong = [
                (body, ""), (body, "v1=00"), (body, "t=1,v0=00"), (body, Self.signature(body, key: "other")),
                (body + " ", right), (body, Self.signature(body, age: 301)), (body, Self.signature(body, age: -310)),
                (body, right.replacing("t=1", with: "t=2")), (body, Self.signature(body, key: "whsec_before")),
            ]
            for (body, signature) in wrong {
                let answer = try await report(server, path, body, signature: signature)
                #expect(
                    answer.status == 400 && answer.text.contains("problem:signature"), "\(signature) \(answer.text)")
            }
            for body in ["[]", "{\"id\":1}"] {
                let answer = try await report(server, path, body)
                #expect(answer.status == 400 && answer.text.contains("no event"), "\(answer.text)")
            }
            #expect(try await server.ask(.POST, path, body: .bytes(ByteBuffer(string: body))).status == 400)
            #expect(try await states(mine).isEmpty)
            let large = String(repeating: "x", count: 300 << 10)
            #expect(try await report(server, path, large).status == 413)
            // Two keys while one is changed, several digests in a signature.
            _ = try await self.path(mine, former: .environment(name: "FORMER"))
            let old = Self.signature(body, key: "whsec_before")
            #expect(
                try await report(server, path, body, signature: old + ",v1=\(String(repeating: "0", count: 64))").status
                    == 200)
            #expect(try await report(server, path, body, signature: right).status == 200)
        }
    }

    /// What is told, without what differs with every request.
    private static func told(_ answer: TestServer.Answer) throws -> [String] {
        let kept = try answer.json.filter { $0.key != "instance" }.map { "\($0.key): \($0.value)" }.sorted()
        let headers = answer.headers.filter { !["Request-Id", "Date"].contains($0.name) }
        return ["\(answer.status)"] + kept + headers.map { "\($0.name): \($0.value)" }.sorted()
    }

    @Test func `whoever tries addresses and keys out learns nothing by the answers`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        let body = Self.event("evt_1", account: mine.ban)
        let zeros = String(repeating: "0", count: 32)
        let others = [
            zeros, "stripe", path.suffix(32).uppercased(), String(path.suffix(31)), "%00\(zeros.dropFirst(3))",
        ]
        try await TestServer.run(environment: Self.environment) { server in
            let wrong = try await Self.told(report(server, path, body, signature: Self.signature(body, key: "other")))
            #expect(wrong.first == "400")
            for other in others {
                let answer = try await report(server, "/v1/payments/webhooks/\(other)", body)
                #expect(try Self.told(answer) == wrong, "\(other)")
            }
            try await KeepProviders(db.app).disable("main", mine.scope)
            #expect(try await Self.told(report(server, path, body)) == wrong)
        }
    }

    @Test func `no more reports are looked up at a time than there are places for`() async throws {
        let mine = try await TestOperator.make(db)
        let path = try await path(mine)
        try await TestServer.run(environment: Self.environment) {
            $0.mostWebhooks = 0
        } _: { server in
            let answer = try await report(server, path, Self.event("evt_1", account: mine.ban))
            #expect(answer.status == 503 && answer.headers.first(name: "Retry-After") == "5")
            #expect(answer.text.contains("problem:busy"), "\(answer.text)")
        }
        #expect(try await states(mine).isEmpty)
    }

    /// Whoever is not known yet costs calls nothing: the engine's sessions are not asked.
    @Test func `an address is looked up as the API`() async throws {
        let mine = try await TestOperator.make(db)
        let path = String(try await path(mine).suffix(32))
        let body = Array(Self.event("evt_1", account: mine.ban).utf8)
        let take = TakeProviderEvent(app: db.app, engine: db.app, ResolveSecret(environment: Self.environment))
        let refusal = await #expect(throws: WebhookRefusal.self) {
            _ = try await take(body, path: path) { _ in "t=1,v1=\(String(repeating: "0", count: 64))" }
        }
        #expect(refusal?.kind == .signature)
    }

    @Test func `an address is of one operator, and hears nothing when it is disabled or its key is away`() async throws
    {
        let (mine, yours) = (try await TestOperator.make(db), try await TestOperator.make(db))
        let path = try await path(mine)
        let body = Self.event("evt_1", account: mine.ban)
        try await TestServer.run(environment: Self.environment) { server in
            #expect(try await KeepProviders(db.app).list(yours.scope).isEmpty)
            try await KeepProviders(db.app).disable("main", mine.scope)
            #expect(try await report(server, path, body).status == 400)
        }
        // A key that cannot be read is no reason to lose an event: it is sent again.
        _ = try await self.path(mine)
        try await TestServer.run { server in
            let answer = try await report(server, path, body)
            #expect(answer.status == 503)
        }
        #expect(try await states(mine).isEmpty)
    }
}
