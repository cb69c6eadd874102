import Foundation
import Testing

@testable import Services

struct StripePaymentsTests {
    /// A signature that was made with another program: openssl dgst -sha256 -hmac whsec_test over "1614556828.{}".
    @Test func `a signature is HMAC-SHA256 over time, point and body`() throws {
        let time = Date(timeIntervalSince1970: 1_614_556_828)
        let header = WebhookSignature.header(Array("{}".utf8), key: Secret("whsec_test"), at: time)
        #expect(header == "t=1614556828,v1=b553a1e986df671c25807f3edd055c6bea14c62646cc39aa869e5663b3ded239")
        let signature = try #require(WebhookSignature(header))
        #expect(signature.isOf(Array("{}".utf8), by: [Secret("x"), Secret("whsec_test")]))
        #expect(!signature.isOf(Array("{ }".utf8), by: [Secret("whsec_test")]))
        #expect(signature.age(at: time.addingTimeInterval(10)) == 10)
    }

    @Test(arguments: [
        "", "t=1", "v1=00", "t=1,v1=00", "t=x,v1=\(String(repeating: "0", count: 64))",
        "t=1,t=2,v1=\(String(repeating: "0", count: 64))", "t=1,v1=\(String(repeating: "g", count: 64))",
        "t=-5,v1=\(String(repeating: "0", count: 64))", "t=1;v1=\(String(repeating: "0", count: 64))",
        String(repeating: "t=1,", count: 1_000),
    ])
    func `what is no signature is none`(text: String) { #expect(WebhookSignature(text) == nil) }

    private static func intent(_ members: String, type: String = "payment_intent.succeeded") -> [UInt8] {
        Array(#"{"id":"evt_1","type":"\#(type)","created":1790000000,"data":{"object":{\#(members)}}}"#.utf8)
    }

    @Test(arguments: [
        (
            #""id":"pi","amount_received":100,"currency":"usd","metadata":{"heddle_account":"A1"}"#,
            "pi 100 USD nil other A1"
        ),
        (#""id":"pi","amount_received":5,"currency":"jpy","payment_method_types":["card"]"#, "pi 5 JPY nil card -"),
        (
            #""id":"pi","amount_received":500,"currency":"isk","payment_method_types":["sepa_debit"]"#,
            "pi 500 ISK 2 direct_debit -"
        ),
        (#""id":"pi","amount_received":1,"currency":"eur","metadata":{"heddle_account":""}"#, "pi 1 EUR nil other -"),
    ])
    func `a payment is read in the unit that it is counted in`(members: String, expected: String) throws {
        let payment = try #require(try StripePayments().read(Self.intent(members)).payment)
        let decimals = payment.decimals.map(String.init) ?? "nil"
        #expect(
            "\(payment.id) \(payment.units) \(payment.currency) \(decimals) \(payment.method) \(payment.account ?? "-")"
                == expected)
    }

    @Test(arguments: [
        "", "{}", "[]", "null", #"{"id":"","type":"x","created":1}"#, #"{"id":"e","type":"x","created":-1}"#,
        #"{"id":"e","type":"payment_intent.succeeded","created":1}"#,
        String(decoding: intent(#""id":"pi","amount_received":0,"currency":"usd""#), as: UTF8.self),
        String(decoding: intent(#""id":"pi","amount_received":-5,"currency":"usd""#), as: UTF8.self),
        String(decoding: intent(#""id":"pi","amount_received":1.5,"currency":"usd""#), as: UTF8.self),
        String(decoding: intent(#""id":"pi","amount_received":5,"currency":"dollars""#), as: UTF8.self),
    ])
    func `what is no event, or no payment, is refused`(body: String) {
        #expect(throws: WebhookRefusal.self) { try StripePayments().read(Array(body.utf8)) }
    }

    @Test func `an event about something else has no payment`() throws {
        let event = try StripePayments().read(Self.intent(#""x":[1]"#, type: "charge.refunded"))
        #expect(event.payment == nil && event.type == "charge.refunded" && event.id == "evt_1")
    }
}
