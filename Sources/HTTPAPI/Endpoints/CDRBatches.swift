import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import Services

/// Call records of other switches: `POST /v1/cdr/batches` takes some, `GET /v1/cdr/batches/{id}` says what came of
/// them.
///
/// A body is taken in whole before anything is done with it, and then as a file is (`ImportCalls`): the same one again
/// is known by what is in it, and a record in another one by its id. The answer comes when all is stored.
struct CDRBatches: Sendable {
    private let api: HTTPServices
    private let settings: HTTPSettings
    private let check: CheckCaller
    private let act: ActForAccount
    private let lasting: LastingCallers
    private let log: LogRequests
    private let waiting: WaitingCalls
    private let places: Places
    private let once: LongRequest

    private static let route = "POST /v1/cdr/batches"
    private static let usualRejects = 100
    private static let mostRejects = 1_000

    init(
        _ api: HTTPServices, _ check: CheckCaller, _ act: ActForAccount, _ lasting: LastingCallers,
        _ log: LogRequests, _ settings: HTTPSettings, logger: Logger
    ) {
        self.api = api
        self.settings = settings
        once = LongRequest(api, logger: logger)
        self.check = check
        self.act = act
        self.lasting = lasting
        self.log = log
        waiting = WaitingCalls(api.engine, most: settings.mostWaitingCalls)
        places = Places(settings.mostBatches, ofOne: settings.mostBatchesOfOne)
    }

    func add(to router: Router<APIContext>) {
        let group = router.group("v1/cdr/batches").add(middleware: Authenticate(check, act)).add(
            middleware: NoteRequests(log))
        group.post { request, context in try await take(request, context) }
        group.get(":id") { request, context in try await show(request, context) }
    }

    // MARK: Taking

    private func take(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.require("cdr:write")
        guard caller.account == nil else {
            throw Problem(
                .forbidden, "account-key", "The key is of an account",
                "call records are handed in by the operator, with a key of no account")
        }
        let parameters = try Self.parameters(request)
        let key = try IdempotencyKey.of(request, caller, route: Self.route)
        try takePlace(for: caller.tenant)
        defer { places.giveBack(for: caller.tenant) }
        if try await waiting.isFull {
            throw Problem.busy(
                .tooManyRequests, "\(settings.mostWaitingCalls) calls wait to be rated; send it again later")
        }
        // A body may come for an hour.
        var sender = lasting.lasting(caller, context, needs: [["cdr:write"]])
        let body = try await ReceivedBody.receive(
            request, from: &sender, into: settings.directory, limit: settings.mostBatchBytes)
        guard body.count > 0 else { throw Problem.wrong("body", "", expected: "call records") }
        let scope = context.scope(of: caller)
        try await sender.refuse()
        let digest = IdempotencyKey.digest(request, body: body.digest)
        return try await once(parameters.options.isDryRun ? nil : key, digest, scope) {
            try await store(body, parameters, scope)
        }.response
    }

    private func store(
        _ body: ReceivedBody, _ parameters: BatchParameters, _ scope: RequestScope
    ) async throws -> (HTTPResponse.Status, String) {
        let result: IntakeResult
        do {
            result = try await ImportCalls(api.engine, tenant: scope.tenant, parameters.options)(body.path)
        } catch let failure as ImportFailure {
            let reason = failure.description.replacing(body.path, with: "the body")
            if failure.isBusy { throw LongRequest.underWay(reason) }
            throw Problem(.unprocessableContent, "not-taken", "The batch was not taken", reason)
        }
        if result.isDryRun { return (.ok, BatchAnswer.json(result)) }
        guard let batch = try await ReadBatch(api.app)(result.id, scope, rejects: Self.usualRejects) else {
            throw Problem.unavailable("the batch is stored, and cannot be read; send it again")
        }
        let isRepeat = result.takenBefore != nil
        return (isRepeat ? .ok : .created, BatchAnswer.json(batch, isRepeat: isRepeat))
    }

    private static func parameters(_ request: Request) throws -> BatchParameters {
        do {
            return try BatchParameters(request)
        } catch let failure as ImportFailure {
            throw Problem(.badRequest, "invalid-value", "A value is wrong", failure.description)
        }
    }

    private func takePlace(for tenant: UUID) throws {
        switch places.take(for: tenant) {
        case .taken: return
        case .fullOfOwn:
            throw Problem.busy(
                .tooManyRequests,
                "\(settings.mostBatchesOfOne) batches of the operator are being taken; send it again later")
        case .full:
            throw Problem.busy(
                .serviceUnavailable, "\(settings.mostBatches) batches are being taken; send it again later")
        }
    }

    // MARK: Showing

    private func show(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.require("cdr:read")
        var limit = Self.usualRejects
        var after: UUID?
        for (name, value) in request.uri.queryParameters {
            switch name {
            case "limit":
                guard let number = Int(value), (0...Self.mostRejects).contains(number) else {
                    throw Problem.wrong("limit", String(value), expected: "a number from 0 to \(Self.mostRejects)")
                }
                limit = number
            case "after":
                guard let id = UUID(text: value) else {
                    throw Problem.wrong("after", String(value), expected: "the id of a rejected record")
                }
                after = id
            default: throw Problem.wrong("parameter", String(name), expected: "limit or after")
            }
        }
        let text = context.parameters.get("id") ?? ""
        guard let id = UUID(text: text),
            let batch = try await ReadBatch(api.app)(id, context.scope(of: caller), rejects: limit, after: after)
        else {
            throw Problem(.notFound, "not-found", "Nothing is here", "there is no batch \(text)")
        }
        return .json(BatchAnswer.json(batch))
    }
}
