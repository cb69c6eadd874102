import ArgumentParser
import Foundation
import Services

/// Which server a command asks, and how patient it is.
struct APIConnection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The profile whose server is asked (default: HEDDLE_PROFILE, or the one in use).", valueName: "name"))
    var profile: String?

    @Flag(help: "Permit HTTP without TLS to another machine; everybody on the way can read the key.")
    var insecure = false

    @Option(help: "How often a request is made again that failed for a moment, 0 to 10.")
    var retries = 3

    func validate() throws {
        guard (0...10).contains(retries) else { throw ValidationError("--retries is \(retries), expected 0 to 10") }
    }

    /// What asks.
    func ask(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> AskAPI {
        let target = try APITarget.find(profile: profile, environment: environment, permitsPlainHTTP: insecure) {
            try ProfileFile(environment).read()
        }
        return AskAPI(target, retries: retries) { complain($0) }
    }
}

/// What is asked for.
struct APIRequestOptions: ParsableArguments {
    @Argument(help: "The path, as /v1/accounts/accounts; `heddle api operations` lists them.")
    var path: String

    @Option(
        help: ArgumentHelp(
            "A parameter, as status=active; may be given several times.", valueName: "name=value"))
    var query: [String] = []

    @Option(
        help: ArgumentHelp(
            "A header, as 'Heddle-Account: all'; may be given several times.", valueName: "name: value"))
    var header: [String] = []

    func validate() throws { _ = try Self.checked { try call(.get) } }

    func call(
        _ method: APICall.Method, body: APICall.Body = .empty, idempotencyKey: String? = nil
    ) throws -> APICall {
        try APICall(method, path, query: query, headers: header, body: body, idempotencyKey: idempotencyKey)
    }

    /// A fault of the command line, told as one.
    static func checked<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as RequestFault {
            throw ValidationError("\(fault)")
        }
    }
}

/// How an answer is shown.
struct APIAnswerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Where the answer's body is written (default: standard output).", valueName: "file"))
    var output: String?

    @Flag(help: "Print status and headers before the body.")
    var include = false

    @Flag(help: "Print the body byte for byte, of a refusal too; JSON is laid out for a terminal otherwise.")
    var raw = false
}
