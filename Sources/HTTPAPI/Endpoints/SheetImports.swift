import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Postgres
import Services

/// Price sheets as files: `POST /v1/routing/sheets/{key}/imports` takes one into a draft of a deck or a rate plan.
///
/// A body is taken in whole before anything is done with it. Who accepts `text/event-stream` is told how far it is.
struct SheetImports: Sendable {
    private let api: HTTPServices
    private let settings: HTTPSettings
    private let lasting: LastingCallers
    private let once: LongRequest
    private let places: Places
    private let logger: Logger

    static let fields: [VerbField] = [
        .optional("name", .text(1...200), "What the file is called."),
        .optional("delta", .boolean, "The file holds changes alone: what it lacks stays."),
        .optional("fall_back", .boolean, "What a full file lacks takes the price of a shorter prefix, not a block."),
        .optional("codes", .one(SheetCodes.allCases.map(\.rawValue)), "What prices are by; else as the header says."),
        .optional("skip_unknown", .boolean, "Leave out companies and areas of which no numbers are known."),
        .optional("days_first", .boolean, "Dates are 31/12/2026 rather than 12/31/2026."),
        .optional("accept_unusual", .boolean, "Take prices of 0, and above highest_rate."),
        .optional("inbound", .boolean, "The prices are for calls to the customer's own numbers (of a plan)."),
        .optional("highest_rate", .rate, "A price a minute above it is taken for a slip; 5 unless said."),
        .optional("initial_increment", .integer(1...3_600), "First step where the file has none, in seconds; 6."),
        .optional("next_increment", .integer(1...3_600), "Further steps where the file has none, in seconds; 6."),
        .optional("effective", .timestamp, "When rows without a date begin; else as the file says, or now."),
        .optional("publish", .boolean, "Put it into force at once when the file is good."),
        .optional("from", .timestamp, "When it is to come into force; now unless said."),
    ]

    init(_ api: HTTPServices, _ lasting: LastingCallers, _ settings: HTTPSettings, logger: Logger) {
        self.api = api
        self.settings = settings
        self.lasting = lasting
        self.logger = logger
        once = LongRequest(api, logger: logger)
        places = Places(settings.mostBatches, ofOne: settings.mostBatchesOfOne)
    }

    func add(to group: RouterGroup<APIContext>) {
        group.post("routing/sheets/{key}/imports") { try await take($0, $1) }
    }

    private func take(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.require("routing:write")
        guard caller.account == nil else { throw Problem.staffOnly("price sheets") }
        let id = context.parameters.get("key") ?? ""
        guard let sheetID = UUID(text: id) else {
            throw ResourceFault(.notFound, "there is nothing called \"\(id.forDisplay(60))\": expected a UUID")
        }
        let given = try VerbInput(try QueryParameters.of(request), Self.fields)
        if let from = given.time("from"), from < Date() {
            throw ResourceFault.refused(
                "from", given.required("from"), expected: "a time to come, or none for now")
        }
        let key = try IdempotencyKey.of(request, caller, route: "POST \(request.uri.path)")
        let scope = context.scope(of: caller)
        let sheet = try await FindSheet(api.engine)(sheetID, of: scope.tenant)
        guard places.take(for: scope.tenant) == .taken else {
            throw Problem.busy(.tooManyRequests, "enough files are being taken; send it again later")
        }
        let place = HeldPlace(places, scope.tenant)
        // A body may come for an hour.
        var arriving = lasting.lasting(caller, context, needs: [["routing:write"]])
        let body = try await ReceivedBody.receive(
            request, from: &arriving, into: settings.directory, limit: settings.mostBatchBytes)
        guard body.count > 0 else { throw Problem.wrong("body", "", expected: "a price sheet: CSV with a header") }
        let sender = arriving
        try await sender.refuse()
        let digest = IdempotencyKey.digest(request, body: body.digest)
        guard request.headers[.accept]?.hasPrefix("text/event-stream") ?? false else {
            defer { place.giveBack() }
            return try await once(key, digest, scope) {
                (.created, try await store(body, sheet, given, sender, scope) { _ in })
            }.response
        }
        let told = Problems(request, context, logger)
        return EventStream.response(told) { events in
            defer { place.giveBack() }
            let done = try await once(key, digest, scope) {
                let json = try await store(body, sheet, given, sender, scope) { progress in
                    events.offer("progress", Self.json(progress))
                }
                return (.created, json)
            }
            events.end("result", done.json)
        }
    }

    /// - Returns: what came of it, as JSON.
    private func store(
        _ body: ReceivedBody, _ sheet: Sheet, _ given: VerbInput, _ sender: LastingCaller, _ scope: RequestScope,
        _ progress: (ImportProgress) -> Void
    ) async throws -> String {
        var options = Self.options(given)
        let errors = "\(settings.directory)/\(UUID().text).errors"
        defer { try? FileManager.default.removeItem(atPath: errors) }  // a good file leaves none
        options.errorsPath = errors
        let from = given.time("from")
        let publishing = from ?? Date()  // rows without a date begin after it
        do {
            let result = try await ImportSheet(api.engine, for: scope)(
                body.path, into: sheet, options, publishing: from, progress: progress)
            guard let version = result.version else { throw Self.bad(result) }
            let summary = try await CompareSheet(api.engine)(
                sheet, from: result.base ?? version, to: version, publishing: publishing)
            var published: Date?
            if given.flag("publish") {
                try await sender.refuse()  // a large file takes minutes
                published = try await api.engine.transaction(context: scope.opening) { session in
                    try await PublishSheet.publish(sheet.id, version: version, from: from, scope, session)
                }
            }
            return JSONWriter.object { json in
                json.text("object", "sheet_import")
                json.id("sheet_id", sheet.id)
                result.write(to: &json)
                json.object("changes") { summary.write(to: &$0) }
                json.time("published_from", published)
            }
        } catch let failure as ImportFailure {
            throw Problem(
                .unprocessableContent, "not-taken", "The sheet was not taken",
                failure.description.replacing(body.path, with: "the body"))
        }
    }

    private static func options(_ given: VerbInput) -> SheetOptions {
        var options = SheetOptions()
        options.fileName = given.text("name") ?? "upload.csv"
        options.isDelta = given.flag("delta")
        options.blocksMissing = !given.flag("fall_back")
        options.codes = given.text("codes").flatMap { SheetCodes(rawValue: $0) }
        options.skipsUnknown = given.flag("skip_unknown")
        options.daysFirst = given.flag("days_first")
        options.takesUnusual = given.flag("accept_unusual")
        options.isInbound = given.flag("inbound")
        options.effective = given.time("effective")
        if let rate = given.rate("highest_rate") { options.highestRate = rate }
        if let first = given.integer("initial_increment") { options.initialIncrement = Int32(first) }
        if let next = given.integer("next_increment") { options.nextIncrement = Int32(next) }
        return options
    }

    /// The first of what is wrong with a file, by line and column.
    private static func bad(_ result: ImportSheet.Result) -> Problem {
        var problem = Problem(
            .unprocessableContent, "bad-lines", "Lines are wrong",
            "\(result.badLines) of \(result.lines) lines cannot be read; nothing was changed")
        problem.fields = result.problems.map { problem in
            let column = problem.column == 0 ? "" : ", column \(problem.column) (\(problem.field))"
            return Problem.Field(
                name: "line \(problem.line)\(column)", value: problem.value, expected: problem.expected)
        }
        return problem
    }

    private static func json(_ progress: ImportProgress) -> String {
        JSONWriter.object { json in
            json.number("lines", progress.lines)
            json.number("bytes", progress.bytes)
            json.number("size", progress.size)
        }
    }
}
