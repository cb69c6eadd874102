import Foundation
import Telecom
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
            "pi 100 USD 2 other A1"
        ),
        (#""id":"pi","amount_received":5,"currency":"jpy","payment_method_types":["card"]"#, "pi 5 JPY 0 card -"),
        (
            #""id":"pi","amount_received":500,"currency":"isk","payment_method_types":["sepa_debit"]"#,
            "pi 500 ISK 2 direct_debit -"
        ),
        (#""id":"pi","amount_received":1,"currency":"eur","metadata":{"heddle_account":""}"#, "pi 1 EUR 2 other -"),
    ])
    func `a payment is read in the unit that it is counted in`(members: String, expected: String) throws {
        let payment = try #require(try StripePayments().read(Self.intent(members)).payment)
        #expect(
            "\(payment.id) \(payment.units) \(payment.currency) \(payment.decimals) \(payment.method) "
                + "\(payment.account ?? "-")" == expected)
    }

    /// Amounts as Stripe writes them and as they are, after docs.stripe.com/currencies.
    @Test(arguments: [
        // Two decimals, unless something else is said.
        ("usd", 12_345, "123.45"), ("eur", 1, "0.01"), ("gbp", 100, "1"), ("mru", 500, "5"),
        // Whole units.
        ("bif", 500, "500"), ("clp", 500, "500"), ("djf", 500, "500"), ("gnf", 500, "500"), ("jpy", 500, "500"),
        ("kmf", 500, "500"), ("krw", 500, "500"), ("pyg", 500, "500"), ("rwf", 500, "500"), ("vnd", 500, "500"),
        ("vuv", 500, "500"), ("xaf", 500, "500"), ("xof", 500, "500"), ("xpf", 500, "500"),
        // ISO 4217 gives the ariary two decimals.
        ("mga", 500, "500"),
        // Without decimals in ISO 4217, and counted in hundredths.
        ("isk", 500, "5"), ("ugx", 500, "5"),
        // Whole in payouts, not in payments.
        ("huf", 1_045, "10.45"), ("twd", 80_045, "800.45"),
        // Three decimals, of which the last is 0.
        ("bhd", 5_120, "5.12"), ("jod", 5_120, "5.12"), ("kwd", 5_130, "5.13"), ("omr", 10, "0.01"),
        ("tnd", 1_000, "1"),
        ("usd", 9_223_372_036_854, "92233720368.54"),
    ])
    func `an amount is worth what Stripe says of its currency`(currency: String, units: Int, expected: String) throws {
        let body = Self.intent(#""id":"pi","amount_received":\#(units),"currency":"\#(currency)""#)
        let payment = try #require(try StripePayments().read(body).payment)
        #expect(SettleProviderEvent.amount(payment) == (try Money(parsing: expected)))
    }

    @Test func `an amount of more digits than are kept is none`() throws {
        let body = Self.intent(#""id":"pi","amount_received":9223372036854775807,"currency":"usd""#)
        let payment = try #require(try StripePayments().read(body).payment)
        #expect(SettleProviderEvent.amount(payment) == nil)
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
