import ArgumentParser
import Foundation
import Postgres
import Server
import Services

extension Seed {
    struct Volume: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a tenant with as many calls as are wanted, for measuring and for trials.",
            discussion: """
                Makes accounts, trunks, numbers, carriers with decks, price plans and campaigns; calls with both \
                records, postings and balances, a share of them tracked; then sums up the hours and refreshes the \
                statistics of the tables. No routing requests and no messages are made. The same options make the \
                same rows; pin the end with --until, for it is today otherwise.

                Numbers may end in k or M. What was stopped, by Ctrl-C or worse, is continued by the same command: \
                calls are stored \(SeedVolume.usualPiece) at a time, each time in one transaction, and until all is \
                there the tenant is suspended and called incomplete. A tenant that is whole stays as it is. With \
                other options it is refused, unless --replace removes it first (core.purge_tenant; a tombstone \
                stays). A tenant of anybody else is never touched.

                The owner of the database does the work: a role that row policies bind may not COPY.
                """)

        @OptionGroup var options: DataOptions

        @Option(help: ArgumentHelp("Slug of the tenant that is made.", valueName: "slug"))
        var tenant = "volume"

        @Option(help: "How many accounts: resellers and customers.")
        var accounts = "1000"

        @Option(help: "How many calls.")
        var cdrs = "1M"

        @Option(help: "Over how many days.")
        var days = "90"

        @Option(help: ArgumentHelp("Calls start before this day, UTC (default: today).", valueName: "yyyy-mm-dd"))
        var until: String?

        @Option(help: "How many telephone numbers.")
        var numbers = "2000"

        @Option(help: "How many carriers.")
        var carriers = "8"

        @Option(help: "How many tracked campaigns (default: 20, or as many as there are customers with numbers).")
        var campaigns: String?

        @Option(help: "What all of it follows from.")
        var seed = "1"

        @Flag(help: "Remove what the generator made under that slug, and make it anew.")
        var replace = false

        @Flag(help: "Print the result as JSON, and no progress.")
        var json = false

        func validate() throws { _ = try plan() }

        func run() async throws {
            let settings = try options.configuration()
            let plan = try plan()
            try await options.withDatabases(settings, .anything) { databases in
                try await databases.migration().run()
                try await databases.owner.run("select core.create_monthly_partitions()")
                let meter = json ? nil : VolumeMeter()
                let result: VolumeResult
                do {
                    result = try await SeedVolume(databases.owner)(plan, replacing: replace) { meter?.tell($0) }
                } catch let error as VolumeError {
                    throw CommandFailure(error.description)
                }
                meter?.end()
                print(json ? result.json : result.text)
            }
        }

        // MARK: What is asked for

        func plan() throws -> VolumePlan {
            var plan = VolumePlan()
            guard tenant.wholeMatch(of: /[a-z][a-z0-9-]{1,62}/) != nil else {
                throw Self.wrong("tenant", tenant, "2 to 63 small letters, digits and hyphens, a letter first")
            }
            plan.tenant = tenant
            plan.accounts = try Self.quantity("accounts", accounts, VolumePlan.accountRange)
            plan.calls = try Self.quantity("cdrs", cdrs, VolumePlan.callRange)
            plan.days = try Self.quantity("days", days, VolumePlan.dayRange)
            plan.numbers = try Self.quantity("numbers", numbers, VolumePlan.numberRange)
            plan.carriers = try Self.quantity("carriers", carriers, VolumePlan.carrierRange)
            let limit = plan.campaignLimit
            plan.campaigns = min(plan.campaigns, limit)
            if let campaigns {
                plan.campaigns = try Self.quantity("campaigns", campaigns, 0...limit)
            }
            guard let number = UInt64(seed) else {
                throw Self.wrong("seed", seed, "a whole number from 0 to \(UInt64.max)")
            }
            plan.seed = number
            if let until {
                guard let day = VolumePlan.day(until), day >= Self.earliestDay else {
                    throw Self.wrong("until", until, "a day from 2000-01-01 on, like 2026-11-01")
                }
                plan.untilDay = day
            }
            return plan
        }

        /// 2000-01-01, in days since 1970.
        private static let earliestDay = 10_957

        private static func quantity(_ option: String, _ text: String, _ range: ClosedRange<Int>) throws -> Int {
            if let quantity = Quantity(text), range.contains(quantity.value) { return quantity.value }
            let bounds = "\(Quantity.text(range.lowerBound)) to \(Quantity.text(range.upperBound))"
            throw wrong(option, text, "a whole number from \(bounds), like 500, 20k or 1.5M")
        }

        private static func wrong(_ option: String, _ value: String, _ expected: String) -> ValidationError {
            ValidationError("--\(option) is \"\(value)\", expected \(expected)")
        }
    }
}
