import ArgumentParser
import Foundation
import Server
import Services

struct ReferenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reference", abstract: "Load data that others publish, and see how old it is.",
        subcommands: [Import.self, Status.self])

    /// The files.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load a file that others publish: number blocks, local calling areas, or ported numbers.",
            discussion: """
                lerg is LERG 6 of iconectiv's routing guide, which is licensed and not part of Heddle: with a header, \
                or as it comes. npa-nxx is what the administrators of the numbering plan publish: central office \
                codes or thousands blocks of the United States or of Canada. local-areas are pairs of exchanges \
                between which calls are local, in one direction a line: NPA, NXX, TO NPA, TO NXX, and perhaps the \
                days on which that begins and ends. ported-numbers are an operator's own, NUMBER, LRN and perhaps \
                SPID, which a service of the plugin table looks into; an answer that routers hold is used until its \
                time is over. Commas or tabs, UTF-8 or ISO 8859-1.

                The file replaces what its source had; one bad line is enough to change nothing, and all of them are \
                listed in a file. Exits with 1 then.
                """)

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @Argument(help: "What the file is: lerg, npa-nxx, local-areas or ported-numbers.")
        var kind: ReferenceFile

        @Argument(help: "The file.")
        var file: String

        @Flag(help: "The file is a part: add and change, and keep what it lacks.")
        var delta = false

        @Flag(help: "Change nothing; say what would change.")
        var dryRun = false

        @Flag(help: "Take the good lines of a file with bad ones.")
        var skipBad = false

        @Flag(help: "Take a file that lacks more than a tenth of what is loaded.")
        var allowShrink = false

        @Option(
            help: ArgumentHelp("The day of a file of blocks (default: when it was last changed).", valueName: "date"))
        var asOf: CalendarDay?

        @Option(
            help: ArgumentHelp("Where bad lines are listed (default: FILE.errors.csv).", valueName: "file"))
        var errors: String?

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            var taking = ImportOptions()
            taking.isDelta = delta
            taking.isDryRun = dryRun
            taking.skipsBad = skipBad
            taking.allowsShrink = allowShrink
            taking.asOf = asOf
            taking.errorsPath = errors
            let meter = ProgressMeter()
            let result = try await options.withDatabases(options.configuration()) { databases in
                defer { meter.end() }
                let list: PublishedList
                switch kind {
                case .lerg:
                    return try await ImportBlocks(databases.owner)(file, as: .lerg, taking) { meter.tell($0) }
                case .npaNXX:
                    return try await ImportBlocks(databases.owner)(file, as: .npaNXX, taking) { meter.tell($0) }
                case .localAreas: list = .localAreas
                case .portedNumbers: list = .portedNumbers(of: try await tenant.id(in: databases))
                }
                return try await ImportList(databases.owner)(file, as: list, taking) { meter.tell($0) }
            }
            let text = ImportText(result, isDryRun: dryRun, skipsBad: skipBad)
            if json { print(text.json) } else { print(text.lines) }
            if text.isRefused { throw ExitCode(1) }
        }
    }

    /// Their age.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show which blocks are loaded: source, day of the file, rows.")

        @OptionGroup var options: DataOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let loaded = try await options.withDatabases(options.configuration()) { databases in
                try await ReadBlockImports(databases.owner)()
            }
            if json {
                print(Self.json(loaded))
            } else if loaded.isEmpty {
                print("no blocks are loaded; `heddle reference import` takes a file")
            } else {
                print(Self.text(loaded))
            }
        }

        private static func text(_ loaded: [ReadBlockImports.Loaded]) -> String {
            var table = Table(["SOURCE", "AS OF", "ROWS", "LATER", "IMPORTED", "FILE"], rightAligned: [2, 3])
            for source in loaded {
                table.add([
                    source.source, source.asOf ?? "-", String(source.rows), String(source.later),
                    source.importedAt?.formatted(.iso8601) ?? "-", source.fileName ?? "-",
                ])
            }
            return table.text
        }

        private static func json(_ loaded: [ReadBlockImports.Loaded]) -> String {
            var writer = JSONWriter()
            writer.array { writer in
                for source in loaded {
                    writer.object { writer in
                        writer.text("source", source.source)
                        writer.text("as_of", source.asOf)
                        writer.number("rows", source.rows)
                        writer.number("later_rows", source.later)
                        writer.text("imported_at", source.importedAt?.formatted(.iso8601))
                        writer.text("file", source.fileName)
                    }
                }
            }
            return writer.text
        }
    }
}

/// The kinds of files that are imported, as the command line calls them.
enum ReferenceFile: String, ExpressibleByArgument {
    case lerg
    case npaNXX = "npa-nxx"
    case localAreas = "local-areas"
    case portedNumbers = "ported-numbers"
}

extension CalendarDay: ExpressibleByArgument {
    /// As the text of an option.
    public init?(argument: String) { self.init(argument) }
}
