import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension SheetCommand {
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a price sheet into a draft, and say what it would change.",
            discussion: """
                CSV with a header: a column of codes (NPANXX, Prefix, Code …; lists and ranges such as 44;4420 or \
                4470-4479) and prices (Rate; or Interstate, Intrastate, Indeterminate), perhaps increments, dates, \
                status. Commas, tabs, semicolons or bars; UTF-8 or ISO 8859-1. Times are UTC.

                Codes are taken with their country's code, unless their column is called NPA, NPANXX or LRN Prefix or \
                --codes npa is given: then a 1 is put before those that have none. Where a column called otherwise \
                stands beside prices between states, a code that may be either, such as 234 (Nigeria or Ohio), is bad \
                until --codes digits or --codes npa says which.

                A sheet by OCN or LATA, or both, becomes digits by the blocks that are known (`heddle reference \
                import`): a row for each exchange or thousands block of the company or area.

                A row without a price says what it means: blocked, nothing goes; disabled, the row is passed over and \
                a shorter code counts.

                One bad line is enough to change nothing; all of them are listed in a file, and the command exits \
                with 1.

                The draft is compared with what holds, and the outbound calls of the last seven days are routed again \
                by both: cost, revenue and margin, calls that would change carrier or be refused, and codes that were \
                used and have no price any more, which are listed in FILE.unpriced.csv.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice
        @OptionGroup var traffic: TrafficOptions

        @Argument(help: "The file.")
        var file: String

        @Flag(help: "The file holds changes alone: what it lacks stays. Otherwise it holds everything.")
        var delta = false

        @Flag(
            help: """
                What a full file lacks, and what a status calls removed, takes the price of a shorter prefix, rather \
                than being blocked.
                """)
        var fallBack = false

        @Option(
            help: ArgumentHelp(
                "What prices are by (default: as the header says; digits before others). npa: without the country's 1.",
                valueName: "digits|npa|ocn|lata|ocn-lata"))
        var codes: SheetCodes?

        @Flag(help: "Leave out companies and areas (--codes) of which no blocks of numbers are known.")
        var skipUnknown = false

        @Flag(help: "Dates are 31/12/2026 rather than 12/31/2026.")
        var daysFirst = false

        @Flag(help: "Take prices of 0, and above --highest-rate.")
        var acceptUnusual = false

        @Flag(help: "The prices are for calls to the customer's own numbers (of a plan).")
        var inbound = false

        @Option(help: "A price per minute above it is taken for a slip.")
        var highestRate: Rate = Rate("5") ?? .maximum

        @Option(help: ArgumentHelp("Steps where the file has none, in seconds.", valueName: "first/next"))
        var increments = "6/6"

        @Option(
            help: ArgumentHelp("When rows without a date begin (default: as the file says, or now).", valueName: "time")
        )
        var effective: Instant?

        @Option(help: ArgumentHelp("Days ahead that a raised price has to be announced.", valueName: "days"))
        var notice = 7

        @Option(help: ArgumentHelp("Where bad lines are listed (default: FILE.errors.csv).", valueName: "file"))
        var errors: String?

        @Flag(help: "Publish the draft at once when the file is good.")
        var publish = false

        @Option(help: ArgumentHelp("When it is to be published (default: now).", valueName: "time"))
        var at: Instant?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard steps != nil else { throw ValidationError("--increments is two numbers of seconds, like 30/6") }
        }

        private var steps: (Int32, Int32)? {
            let parts = increments.split(separator: "/").compactMap { Int32($0) }
            guard parts.count == 2, parts.allSatisfy({ (1...3600).contains($0) }) else { return nil }
            return (parts[0], parts[1])
        }

        private var reading: SheetOptions {
            var reading = SheetOptions()
            reading.isDelta = delta
            reading.blocksMissing = !fallBack
            reading.codes = codes
            reading.skipsUnknown = skipUnknown
            reading.daysFirst = daysFirst
            reading.takesUnusual = acceptUnusual
            reading.highestRate = highestRate
            reading.isInbound = inbound
            reading.effective = effective?.date
            reading.errorsPath = errors
            if let steps { (reading.initialIncrement, reading.nextIncrement) = steps }
            return reading
        }

        func run() async throws {
            let meter = ProgressMeter()
            let refused = try await options.withDatabases(options.configuration()) { databases in
                let sheet = try await choice.sheet(in: databases)
                // Rows without a date begin now: a publication that follows is not later than they are.
                let publishing = at?.date ?? Date()
                let result = try await ImportSheet(databases.engine)(
                    file, into: sheet, reading, publishing: at?.date
                ) { meter.tell($0) }
                meter.end()
                guard let version = result.version else {
                    print(SheetText.refusal(result, json: json))
                    return true
                }
                let summary = try await CompareSheet(databases.engine)(
                    sheet, from: result.base ?? version, to: version, noticeDays: notice,
                    publishing: publishing)
                let tried = await traffic.outcome(
                    sheet, to: version, publishing: at?.date ?? Date(), file: "\(file).unpriced.csv", in: databases)
                let from =
                    publish ? try await PublishSheet(databases.engine)(sheet, version: version, from: at?.date) : nil
                print(
                    SheetText.imported(result, version, summary, noticeDays: notice, tried, from, json: json))
                return false
            }
            if refused { throw ExitCode(1) }
        }
    }
}

extension SheetCodes: ExpressibleByArgument {}

extension Rate: ExpressibleByArgument {
    /// As the text of an option.
    public init?(argument: String) { self.init(argument) }
}
