import Telecom
import Testing

@testable import heddle

/// Numbers as people are shown them.
@Suite struct ShownTests {
    static let counts: [(number: Int, text: String)] = [
        (0, "0"), (999, "999"), (1_000, "1,000"), (-1_234, "-1,234"), (1_234_567, "1,234,567"),
        (100_000_000, "100,000,000"), (Int.min, "-9,223,372,036,854,775,808"),
    ]

    @Test(arguments: counts) func `thousands are apart`(number: Int, text: String) {
        #expect(number.shown == text)
    }

    static let amounts: [(amount: String, decimals: Int, text: String)] = [
        ("0", 4, "0.0000"), ("0.00005", 4, "0.0001"), ("-0.00005", 4, "-0.0001"), ("0.00004999", 4, "0.0000"),
        ("-0.00004999", 4, "0.0000"), ("1.05", 2, "1.05"), ("1234567.895", 2, "1,234,567.90"),
        ("-999.995", 2, "-1,000.00"), ("92233720368.54775807", 2, "92,233,720,368.55"),
    ]

    @Test(arguments: amounts) func `amounts are rounded once, halves away from zero`(
        amount: String, decimals: Int, text: String
    ) throws {
        #expect(try #require(Money(amount)).shown(decimals: decimals) == text)
    }

    @Test func `differences have a sign, and large amounts two decimals`() throws {
        #expect("\(5.signed) \((-5).signed) \(0.signed)" == "+5 -5 0")
        #expect(try #require(Money("0.5")).signed(decimals: 2) == "+0.50")
        #expect(try #require(Money("1000")).shownDecimals == 2)
        #expect(try #require(Money("999.99")).shownDecimals == 4)
    }
}
