import Telecom
import Testing

@Suite struct MoneySumTests {
    @Test(arguments: [
        ("0", "0"), ("-3.25000000", "-3.25"), ("92233720368.54775808", "92233720368.54775808"),
        ("-99999999999999999999.99999999", "-99999999999999999999.99999999"), ("0.00000001", "0.00000001"),
    ])
    func `reads and writes exact decimals, beyond what an amount holds`(text: String, written: String) throws {
        #expect(try #require(MoneySum(text)).description == written)
    }

    @Test(arguments: ["", "1.", "0.000000001", "100000000000000000000000000000", "x"])
    func `what is no sum is none`(text: String) {
        #expect(MoneySum(text) == nil)
    }

    @Test func `adds and rounds without a bound`() throws {
        let most = MoneySum(Money(units: .max))
        let sum = (0..<1000).reduce(MoneySum.zero) { sum, _ in sum + most }
        #expect(sum.description == "92233720368547.75807")
        #expect((sum - sum - most).description == "-92233720368.54775807")
        #expect(sum.scaled(by: 1, over: 100_000_000).description == "922337.20368548")
        #expect((-sum).text(minimumDecimals: 8) == "-92233720368547.75807000")
        #expect(-sum < .zero)
    }
}
