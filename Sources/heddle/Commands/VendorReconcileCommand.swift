import ArgumentParser
import Foundation
import Server
import Services
import Telecom

extension VendorCommand {
    struct ReconcileCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reconcile", abstract: "Compare a carrier's records of a period with our calls.",
            discussion: """
                Calls are paired by number and time, with the carrier's clock put right: how far it is off is \
                estimated from the calls themselves, hour by hour, so that time zones, daylight saving and drift do \
                not matter. What differs is classed: exact (the same money), rounding, increment (the same talk, \
                other seconds), duration, rate, jurisdiction, duplicate, missing_ours (we have no such call), \
                missing_theirs.

                Where the carrier's invoice of the same period is entered, the sum is compared with it. A period again \
                is compared anew, unless calls of it are in a dispute.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var choice: Choice

        @Option(help: ArgumentHelp("First day or instant.", valueName: "2026-10-01"))
        var from: Moment

        @Option(help: ArgumentHelp("First day or instant after it.", valueName: "2026-11-01"))
        var until: Moment

        @Option(name: .customLong("tolerance-s"), help: "How far apart the starts of one call may be, in seconds.")
        var toleranceSeconds = 30

        @Option(help: "Amounts that are no further apart are the same.")
        var amountTolerance: Money = .zero

        @Option(help: ArgumentHelp("How far the carrier's clock is ahead.", valueName: "auto|seconds"))
        var clockOffset: ClockOffset = .auto

        @Option(help: ArgumentHelp("Compare with this invoice (default: that of the period).", valueName: "number"))
        var invoice: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (0...300).contains(toleranceSeconds) else {
                throw ValidationError("--tolerance-s is \(toleranceSeconds), expected 0 to 300")
            }
            guard amountTolerance >= .zero else { throw ValidationError("--amount-tolerance is not below 0") }
            guard until.date > from.date else { throw ValidationError("--until is not after --from") }
        }

        func run() async throws {
            var terms = Reconcile.Terms()
            terms.toleranceMilliseconds = Int32(toleranceSeconds * 1_000)
            terms.amountTolerance = amountTolerance
            terms.clockOffsetMilliseconds = clockOffset.milliseconds
            terms.invoiceNumber = invoice
            try await options.withDatabases(options.configuration()) { databases in
                let carrier = try await choice.found(in: databases)
                let run = try await Reconcile(databases.owner)(carrier, from.date..<until.date, terms)
                print(VendorText.run(run, json: json))
            }
        }
    }

    struct Runs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the comparisons, the newest first.")

        @OptionGroup var options: DataOptions
        @OptionGroup var filter: Filter

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let (tenant, carrier) = try await filter.found(in: databases)
                print(
                    VendorText.runs(try await ReadRuns(databases.owner).list(of: tenant, carrier: carrier), json: json))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show what a comparison came to.")

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Argument(help: "The comparison's id, or its end.")
        var run: String

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let tenant = try await tenant.id(in: databases)
                print(VendorText.run(try await ReadRuns(databases.owner).find(run, of: tenant), json: json))
            }
        }
    }
}

/// How far a clock is ahead: a number of seconds, or `auto`.
enum ClockOffset: ExpressibleByArgument, Equatable {
    case auto
    case given(Int32)

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let seconds = Double(argument), seconds.magnitude <= 100_000 {
            self = .given(Int32((seconds * 1_000).rounded()))
        } else {
            return nil
        }
    }

    /// What help shows.
    var defaultValueDescription: String { "auto" }

    /// `nil` to estimate it.
    var milliseconds: Int32? { if case .given(let milliseconds) = self { milliseconds } else { nil } }
}
