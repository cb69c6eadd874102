import ArgumentParser
import Services

extension APICommand {
    struct Get: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Read from the API of a server: rows, one row, what a verb tells.",
            discussion: """
                heddle api get /v1/accounts/accounts --query status=active --query limit=10

                --all follows the pages of a list and prints each row as a line of JSON. The server can do that in \
                one answer too: --query format=jsonl, or format=csv.
                """)

        @OptionGroup var connection: APIConnection
        @OptionGroup var request: APIRequestOptions
        @OptionGroup var shown: APIAnswerOptions

        @Flag(help: "Follow the pages of a list; print each row as a line of JSON.")
        var all = false

        func validate() throws {
            if all, shown.include || shown.raw {
                throw ValidationError("--all prints rows of many answers: no --include and no --raw")
            }
        }

        func run() async throws {
            let exchange = APIExchange(ask: try connection.ask(), shown: shown)
            let call = try request.call(.get)
            if all { try await exchange.rows(call) } else { try await exchange(call) }
        }
    }

    struct Post: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a row, do what a verb says, or hand in a file.",
            discussion: """
                heddle api post /v1/accounts/contacts --field name=Avery --field email=avery@example.com
                heddle api post /v1/cdr/batches --upload calls.csv --query source=switch-7
                """)

        @OptionGroup var write: APIWriteOptions

        func run() async throws { try await write.send(.post) }
    }

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Put something in the place of what is there.")

        @OptionGroup var write: APIWriteOptions

        func run() async throws { try await write.send(.put) }
    }

    struct Patch: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change the fields of a row that are named.")

        @OptionGroup var write: APIWriteOptions

        func run() async throws { try await write.send(.patch) }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a row.")

        @OptionGroup var write: APIWriteOptions

        func run() async throws { try await write.send(.delete) }
    }
}

/// What all take that change something.
struct APIWriteOptions: ParsableArguments {
    @OptionGroup var connection: APIConnection
    @OptionGroup var request: APIRequestOptions
    @OptionGroup var content: APIBodyOptions
    @OptionGroup var shown: APIAnswerOptions

    func validate() throws {
        _ = try APIRequestOptions.checked { try request.call(.post, idempotencyKey: content.idempotencyKey) }
    }

    func send(_ method: APICall.Method) async throws {
        let ask = try connection.ask()
        let answer: APIAnswer
        if let (file, type) = try content.file() {
            answer = try await UploadMeter.showing(file) { told in
                try await ask(try call(method, .file(file, type: type, told: told)))
            }
        } else {
            answer = try await ask(try call(method, try content.body()))
        }
        try await APIExchange(ask: ask, shown: shown).show(answer)
    }

    private func call(_ method: APICall.Method, _ body: APICall.Body) throws -> APICall {
        try request.call(method, body: body, idempotencyKey: content.idempotencyKey)
    }
}
