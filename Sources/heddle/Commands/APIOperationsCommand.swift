import ArgumentParser
import Services

extension APICommand {
    struct Operations: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what the API of a server can do.",
            discussion: "What each takes and answers is at /docs of the server, for people.")

        @OptionGroup var connection: APIConnection

        @Argument(help: "Only what has this word in its path, name or summary.")
        var word: String?

        @Flag(help: "Print JSON.")
        var json = false

        /// The description of a model ten times as large.
        private static let mostBytes = 64 << 20

        func run() async throws {
            let ask = try connection.ask()
            let document = try await ask.document(try APICall(.get, "/openapi.json"), upTo: Self.mostBytes)
            let operations = APIOperation.all(in: document).filter { operation in
                word.map { operation.has($0) } ?? true
            }
            guard json || !operations.isEmpty else {
                throw CommandFailure("nothing has \"\(word ?? "")\" in its path, name or summary; try another word")
            }
            print(json ? Self.json(operations) : Self.text(operations))
        }

        static func text(_ operations: [APIOperation]) -> String {
            var table = Table(["METHOD", "PATH", "SUMMARY"])
            for operation in operations { table.add([operation.method, operation.path, operation.summary]) }
            return table.text
        }

        static func json(_ operations: [APIOperation]) -> String {
            var writer = JSONWriter()
            writer.array { json in
                for operation in operations {
                    json.object { json in
                        json.text("method", operation.method)
                        json.text("path", operation.path)
                        json.text("name", operation.name)
                        json.text("summary", operation.summary)
                    }
                }
            }
            return writer.text
        }
    }
}
