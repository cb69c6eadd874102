import ArgumentParser
import Foundation
import Server
import Services

extension CDRCommand {
    /// The files of other switches.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a file of call records of another switch.",
            discussion: """
                Presets: asterisk (Master.csv), freeswitch (mod_json_cdr), kamailio-acc (rows of acc, INVITE and BYE), \
                kamailio-cdrs (rows of acc_cdrs), generic-csv (any file with a header), json-lines (objects, one a \
                line). A mapping (--map) is a JSON object that says what differs: which columns, how times, durations \
                and words are written; docs/reference/cdr-import.md has all of it.

                Good records are rated like our own calls by `heddle serve`. The same record a second time changes \
                nothing, an import that was ended goes on where it was, and a file that was taken says so. What is \
                not taken waits in `heddle cdr rejects list`; the command exits with 1 then.
                """)

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @Argument(help: "The file.")
        var file: String

        @Option(help: "How it is read: \(CDRMapping.presets.map(\.name).joined(separator: ", ")).")
        var preset = "generic-csv"

        @Option(help: ArgumentHelp("What differs from the preset, in JSON.", valueName: "file.json"))
        var map: String?

        @Option(
            help: ArgumentHelp(
                "What the switch is called, where its records do not say it; part of each record's id (default: the "
                    + "preset's name).", valueName: "name"))
        var source: String?

        @Option(help: ArgumentHelp("Whose calls they are, where a record does not say it.", valueName: "account"))
        var account: String?

        @Option(help: "Where calls go of which the record does not say it: outbound, inbound, emergency.")
        var direction: IntakeDirection?

        @Option(help: ArgumentHelp("Zone of times that name none (default: UTC).", valueName: "zone"))
        var timeZone: String?

        @Option(help: "What becomes of calls of accounts that are not known: reject, or keep, under nobody.")
        var unknownAccount = UnknownParty.reject

        @Option(help: "What becomes of calls by carriers that are not known: reject, or keep, by nobody.")
        var unknownCarrier = UnknownParty.reject

        @Option(help: "Characters: auto (UTF-8, or UTF-16 with its mark), latin1, utf16le, utf16be.")
        var encoding = RecordEncoding.auto

        @Flag(help: "Change nothing; say what would be taken.")
        var dryRun = false

        @Option(help: ArgumentHelp("Where what is not taken is listed as well, as CSV.", valueName: "file"))
        var rejects: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard CDRMapping.preset(preset) != nil else {
                throw ValidationError(
                    "--preset is \(preset), expected one of \(CDRMapping.presets.map(\.name).joined(separator: ", "))")
            }
        }

        private func taking() throws -> IntakeOptions {
            var taking = IntakeOptions(
                preset: preset, mapping: CDRMapping.preset(preset) ?? CDRMapping(), source: source)
            if let map { try taking.mapping.read(map) }
            if let account { taking.mapping.account = account }
            if let direction { taking.mapping.direction = direction.rawValue }
            if let timeZone { try taking.setTimeZone(timeZone) }
            taking.keepsUnknownAccounts = unknownAccount == .keep
            taking.keepsUnknownCarriers = unknownCarrier == .keep
            taking.encoding = encoding
            taking.isDryRun = dryRun
            taking.rejectsPath = rejects
            return taking
        }

        func run() async throws {
            let taking = try taking()
            let meter = ProgressMeter()
            let start = ContinuousClock.now
            let result = try await options.withDatabases(options.configuration()) { databases in
                defer { meter.end() }
                let tenant = try await tenant.id(in: databases)
                return try await ImportCalls(databases.engine, tenant: tenant, taking)(file) { meter.tell($0) }
            }
            let text = IntakeText(result, duration: .now - start)
            if json { print(text.json) } else { print(text.lines) }
            if result.rejected > 0 { throw ExitCode(1) }
        }
    }
}

/// What is done with what nobody knows.
enum UnknownParty: String, CaseIterable, ExpressibleByArgument {
    case reject, keep
}

/// Where calls go.
enum IntakeDirection: String, CaseIterable, ExpressibleByArgument {
    case outbound, inbound, emergency
}

extension RecordEncoding: ExpressibleByArgument {}
