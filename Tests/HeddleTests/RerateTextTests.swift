import ArgumentParser
import Foundation
import Telecom
import Testing

@testable import Services
@testable import heddle

/// What a run and its posting look like.
@Suite struct RerateTextTests {
    private let id = UUID(uuidString: "018F0000-0000-7000-8000-00000000ABCD") ?? UUID()
    private let start = Date(timeIntervalSince1970: 1_790_812_800)

    private func run(_ state: String) -> RerateRun {
        RerateRun(
            id: id, reason: "the rate was raised", from: start, until: start.addingTimeInterval(31 * 86_400),
            account: "ACME", carrier: nil, sheet: "Retail", version: 3, asOf: nil, side: "sell", state: state,
            total: 1_200, seen: 1_200, rated: 1_100, different: 2, unpriced: 1, createdAt: start)
    }

    private func row() throws -> ReportRerate.Row {
        ReportRerate.Row(
            name: "Acme (ACME)", currency: "USD", calls: 3, talkMilliseconds: 600_000, unpriced: 1,
            sell: ReportRerate.Side(
                old: try #require(MoneySum("1.5")), new: try #require(MoneySum("2.25"))),
            buy: ReportRerate.Side(old: .zero, new: .zero))
    }

    @Test func `a run says what it found, and what to do next`() throws {
        let line = RerateLine(
            startedAt: start, id: id, account: "ACME", carrierTrunk: nil, direction: "outbound", prefix: "44",
            currency: "USD", talkMilliseconds: 59_001, oldSell: try #require(Money("1.5")),
            newSell: Money("2.25"), oldBuy: .zero, newBuy: nil, state: "pending", note: nil)
        let finding = RerateFinding(
            run: run("rated"), by: .account, rows: [try row()], missing: [("no price", 1)], top: [line])
        #expect(
            RerateText.text(finding) == """
                run 018f0000-0000-7000-8000-00000000abcd, rated: the rate was raised
                calls from 2026-10-01 to 2026-11-01 of account ACME, sell by version 3 of Retail
                1,200 calls looked at, 1,100 rated, 2 differ, 1 without a price on a side

                ACCOUNT      CALLS  MINUTES  SELL WAS  SELL IS  DIFFERENCE  BUY WAS  BUY IS  DIFFERENCE  NO PRICE
                Acme (ACME)      3     10.0    1.5000   2.2500     +0.7500   0.0000  0.0000      0.0000         1  USD

                without a price:
                  1 calls: no price

                the largest differences:
                BEGAN                 CALL                                  ACCOUNT  TO    SECONDS  SELL WAS  \
                SELL IS  BUY WAS  BUY IS
                2026-10-01T00:00:00Z  018f0000-0000-7000-8000-00000000abcd  ACME     +44…       60    1.5000  \
                 2.2500   0.0000       -  USD

                nothing is changed yet; post the differences: heddle rerate post 018f0000-0000-7000-8000-00000000abcd
                """)
    }

    @Test func `what became of calls is told`() {
        let result = PostRerate.Result(
            posted: 1_234, carried: 2, held: 1, skipped: 3, unpriced: 0, reasons: ["a later run has posted it": 3])
        #expect(
            RerateText.text(result) == """
                1,234 calls posted
                2 calls on an invoice: the difference is charged with the next one
                1 calls on a draft: `heddle invoice void` or `finalise` it, and post again
                3 calls skipped: a later run has posted it
                """)
        #expect(RerateText.text(PostRerate.Result()) == "nothing differs: nothing was posted")
        #expect(
            RerateText.json(result)
                == #"{"posted":1234,"carried":2,"held":1,"skipped":3,"unpriced":0,"#
                + #""reasons":[{"reason":"a later run has posted it","calls":3}]}"#)
    }

    @Test func `a cell of a file is no formula`() {
        let line = RerateLine(
            startedAt: start, id: id, account: "=1+1", carrierTrunk: nil, direction: "outbound", prefix: "44",
            currency: "USD", talkMilliseconds: 1, oldSell: .zero, newSell: nil, oldBuy: .zero, newBuy: .zero,
            state: "unpriced", note: "no, price")
        let cells = RerateCSV.row(line).split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells[2].hasPrefix("=") == false)
        #expect(RerateCSV.row(line).hasSuffix("unpriced,\"no, price\",0\r\n"))
    }

    @Test(
        arguments: [
            "", "--reason x --from 2026-11-01", "--reason x --plan P", "--reason x --plan P --deck D --version 1",
            "--reason x --deck D --version 1 --side sell", "--resume abcd",
        ])
    func `what does not fit together is refused`(arguments: String) {
        let window = ["--from", "2026-10-01", "--to", "2026-10-31"]
        let words = arguments.split(separator: " ").map(String.init)
        #expect(throws: (any Error).self) { try RerateCommand.Run.parse(window + words) }
    }
}
