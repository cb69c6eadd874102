import ArgumentParser
import Foundation
import Server
import Services
import Telecom

struct VendorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vendor", abstract: "Check what carriers charge: their records, invoices, differences, disputes.",
        discussion: """
            A carrier's records are imported, compared with our calls, and what differs is disputed: `import`, perhaps \
            `invoice add`, then `reconcile`, then `dispute open`, `export` and `submit`.
            """,
        subcommands: [
            Import.self, InvoiceCommand.self, ReconcileCommand.self, Runs.self, Show.self, DisputeCommand.self,
            Contracts.self, Breaches.self,
        ])

    /// Which carrier.
    struct Choice: ParsableArguments {
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("The carrier.", valueName: "name or id"))
        var carrier: String

        func found(in databases: Databases) async throws -> VendorCarrier {
            try await FindVendorCarrier(databases.owner)(carrier, of: try await tenant.id(in: databases))
        }
    }

    /// Perhaps one carrier.
    struct Filter: ParsableArguments {
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("Of one carrier.", valueName: "name or id"))
        var carrier: String?

        func found(in databases: Databases) async throws -> (tenant: UUID, carrier: VendorCarrier?) {
            let id = try await tenant.id(in: databases)
            guard let carrier else { return (id, nil) }
            return (id, try await FindVendorCarrier(databases.owner)(carrier, of: id))
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a carrier's file of calls.",
            discussion: """
                CSV with a header (commas, tabs, semicolons or bars), or JSON objects, one a line. Columns are found \
                by the names that carriers use; a map says it otherwise, as a JSON object of what it needs:

                  {"columns": {"callee": "B-Number", "answered": "Date"}, "time_zone": "America/New_York",
                   "days_first": true, "duration_unit": "ms", "billed_unit": "min", "prefixes": ["1010"],
                   "currency": "USD", "country": "US"}

                Fields: call_id, start, time, answered, duration, billed, caller, callee, rate, amount, currency, lrn, \
                jurisdiction. Times without a zone are UTC unless the map names one.

                The same file twice is loaded once, and so is the same record of two files; a record that is in one \
                file twice is charged twice, and stays twice. One bad line is enough to change nothing, all of them \
                are listed in a file, and the command exits with 1.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Argument(help: "The file.")
        var file: String

        @Option(help: ArgumentHelp("What its columns mean.", valueName: "file.json"))
        var map: String?

        @Option(help: ArgumentHelp("Currency of its amounts (default: the carrier's).", valueName: "code"))
        var currency: String?

        @Flag(help: "Take the good lines of a file with bad ones.")
        var skipBad = false

        @Flag(help: "Change nothing; say what would be loaded.")
        var dryRun = false

        @Option(help: ArgumentHelp("Where bad lines are listed (default: FILE.errors.csv).", valueName: "file"))
        var errors: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            var taking = ImportOptions()
            taking.skipsBad = skipBad
            taking.isDryRun = dryRun
            taking.errorsPath = errors
            let reading = try map.map { try RecordMap(path: $0) } ?? RecordMap()
            let meter = ProgressMeter()
            let result = try await options.withDatabases(options.configuration()) { databases in
                defer { meter.end() }
                return try await ImportVendorRecords(databases.engine)(
                    file, from: try await choice.found(in: databases), reading, currency: currency?.uppercased(), taking
                ) { meter.tell($0) }
            }
            print(VendorText.imported(result, skipsBad: skipBad, json: json))
            if result.badLines > 0 && !skipBad { throw ExitCode(1) }
        }
    }
}

/// A time on the command line; a day is its beginning, in UTC.
struct Moment: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        if let instant = Instant(argument: argument) {
            date = instant.date
        } else if let day = CalendarDay(argument), !argument.contains(where: { $0 == "T" || $0 == " " }) {
            date = Date(timeIntervalSince1970: TimeInterval(day.secondsSince1970))
        } else {
            return nil
        }
    }
}

extension Money: ExpressibleByArgument {
    /// As the text of an option.
    public init?(argument: String) { self.init(argument) }
}
