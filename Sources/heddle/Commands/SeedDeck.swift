import ArgumentParser
import Services

extension Seed {
    struct Deck: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a price sheet as large as a carrier's, to try imports and routing with.",
            discussion: """
                Nothing is put into the database: `heddle deck import` takes the file. The same seed and vendor give \
                the same file, and another month changes a share of its rows.
                """)

        @Argument(help: "The file to write.")
        var file: String

        @Option(help: "How many codes; each has four prices.")
        var rows = 650_000

        @Option(help: "Which of the carriers of the market.")
        var vendor = 0

        @Option(help: "Which of the carrier's sheets, from 0.")
        var month = 0

        @Option(help: "What share of the rows a month changes, 0 to 1.")
        var churn = 0.05

        @Option(help: "The same seed gives the same file.")
        var seed: UInt64 = 1

        func validate() throws {
            guard (1...WriteDeck.mostRows).contains(rows) else {
                throw ValidationError("--rows is 1 to \(WriteDeck.mostRows)")
            }
            guard (0...1).contains(churn) else { throw ValidationError("--churn is 0 to 1") }
            guard (0...1_000).contains(vendor), (0...1_000).contains(month) else {
                throw ValidationError("--vendor and --month are 0 to 1000")
            }
        }

        func run() async throws {
            try WriteDeck(rows: rows, vendor: vendor, seed: seed, month: month, churn: churn)(to: file)
            print("\(rows) codes with four prices each are in \(file)")
        }
    }
}
