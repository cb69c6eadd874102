import ArgumentParser
import Services
import Testing

@testable import heddle

/// `heddle seed volume`: what its options mean, and what it tells.
@Suite struct SeedVolumeTests {
    private func plan(_ line: String) throws -> VolumePlan {
        let words = ["seed", "volume"] + line.split(separator: " ").map(String.init)
        return try #require(try Heddle.parseAsRoot(words) as? Seed.Volume).plan()
    }

    @Test(arguments: [
        ("0", 0), ("7", 7), ("1000", 1000), ("20k", 20_000), ("20K", 20_000), ("10M", 10_000_000), ("2m", 2_000_000),
        ("1.5M", 1_500_000), ("0.25k", 250), ("1.000k", 1000), ("12.0", 12),
    ]) func `numbers are read as people write them`(text: String, value: Int) {
        #expect(Quantity(text)?.value == value)
    }

    @Test(arguments: [
        "", "k", "M", "-1", "+1", "1.", ".5k", "1.5", "1.0005k", "1 k", "1kk", "1e6", "0x10", "1,000", "ten",
    ])
    func `what is no whole number is none`(text: String) {
        #expect(Quantity(text) == nil)
    }

    @Test(arguments: [
        (0, "0"), (999, "999"), (1000, "1k"), (1500, "1500"), (100_000, "100k"), (1_000_000_000, "1000M"),
    ])
    func `bounds are told in their shortest form`(value: Int, text: String) {
        #expect(Quantity.text(value) == text)
    }

    @Test func `without options there is a million calls over ninety days`() throws {
        let plan = try plan("")
        #expect(plan == VolumePlan())
        #expect(plan.calls == 1_000_000 && plan.days == 90 && plan.tenant == "volume" && plan.untilDay == nil)
    }

    @Test func `every option has its place in the plan`() throws {
        let line =
            "--tenant big --accounts 2k --cdrs 10M --days 30 --numbers 5k --carriers 12 --campaigns 7 --seed 99 "
            + "--until 2026-11-01"
        let plan = try plan(line)
        #expect((plan.tenant, plan.accounts, plan.calls) == ("big", 2000, 10_000_000))
        #expect((plan.days, plan.numbers, plan.carriers) == (30, 5000, 12))
        #expect(plan.campaigns == 7 && plan.seed == 99)
        // Its own words for it can be typed in again.
        #expect(try self.plan(plan.options) == plan)
    }

    @Test func `few accounts have few campaigns, unless some are asked for`() throws {
        #expect(try plan("--accounts 10").campaigns == 9)
        #expect(try plan("--numbers 0").campaigns == 0)
    }

    @Test(arguments: [
        ("--accounts 0", "--accounts is \"0\", expected a whole number from 1 to 100k"),
        ("--accounts 101k", "--accounts is \"101k\", expected a whole number from 1 to 100k"),
        ("--cdrs many", "--cdrs is \"many\", expected a whole number from 1 to 1000M, like 500, 20k or 1.5M"),
        ("--cdrs 2000M", "--cdrs is \"2000M\", expected a whole number from 1 to 1000M"),
        ("--days 1001", "--days is \"1001\", expected a whole number from 1 to 1k"),
        ("--numbers 2M", "--numbers is \"2M\", expected a whole number from 0 to 1M"),
        ("--carriers 1", "--carriers is \"1\", expected a whole number from 2 to 50"),
        ("--accounts 10 --campaigns 10", "--campaigns is \"10\", expected a whole number from 0 to 9"),
        ("--seed x", "--seed is \"x\", expected a whole number from 0 to 18446744073709551615"),
        ("--until 2026-02-30", "--until is \"2026-02-30\", expected a day from 2000-01-01 on, like 2026-11-01"),
        ("--until 1999-12-31", "--until is \"1999-12-31\", expected a day"),
        ("--tenant Big", "--tenant is \"Big\", expected 2 to 63 small letters, digits and hyphens"),
    ]) func `a wrong option is refused with what is expected`(line: String, expected: String) throws {
        let words = ["seed", "volume"] + line.split(separator: " ").map(String.init)
        let error = try #require(throws: (any Error).self) { try Heddle.parseAsRoot(words) }
        #expect(Heddle.fullMessage(for: error).contains(expected), "\(Heddle.fullMessage(for: error))")
    }

    @Test func `progress tells rows, rate and the time that is left`() {
        let half = VolumeProgress(.calls, done: 500_000, total: 1_000_000, doneNow: 400_000, seconds: 20)
        #expect(VolumeMeter.text(half) == "calls: 500000 of 1000000, 50 %, 20000 a second, 25.0 s left")
        let done = VolumeProgress(.calls, done: 1_000_000, total: 1_000_000, doneNow: 900_000, seconds: 45)
        #expect(VolumeMeter.text(done) == "calls: 1000000 of 1000000, 100 %, 20000 a second")
        #expect(VolumeMeter.text(VolumeProgress(.analysing)) == "statistics of tables")
    }

    @Test(arguments: [(0.04, "0.0 s"), (8.24, "8.2 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")])
    func `times are as long as they need to be`(seconds: Double, text: String) {
        #expect(VolumeMeter.clock(seconds) == text)
    }
}
