import Foundation
import HTTPTypes
import Hummingbird
import Services
import Synchronization

/// Has every request of somebody who was let in written down: who asked what, from where, and what was answered.
struct NoteRequests: RouterMiddleware {
    private let log: LogRequests

    init(_ log: LogRequests) { self.log = log }

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let (start, at) = (ContinuousClock.now, Date())
        do {
            let response = try await next(request, context)
            note(request, context, start, at, response.status.code, nil)
            return response
        } catch {
            let problem =
                switch error {
                case let problem as Problem: problem
                case let fault as ResourceFault: Problem(fault)
                default: Problem(.internalServerError, "failed", "It failed", "")
                }
            note(request, context, start, at, problem.status.code, problem.kind)
            throw error
        }
    }

    private func note(
        _ request: Request, _ context: APIContext, _ start: ContinuousClock.Instant, _ at: Date, _ status: Int,
        _ problem: String?
    ) {
        guard let caller = context.caller else { return }
        log.note(
            LogRequests.Entry(
                caller: caller, request: context.requestID, trace: context.trace?.traceID, at: at,
                method: request.method.rawValue,
                route: context.endpointPath ?? request.uri.path, path: request.uri.path,
                query: (try? QueryParameters.of(request)) ?? [],
                status: status, problem: problem, milliseconds: Int((ContinuousClock.now - start) / .milliseconds(1)),
                source: context.source, userAgent: request.headers[.userAgent],
                idempotencyKey: request.headers[.idempotencyKey],
                requestBytes: request.headers[.contentLength].flatMap { Int($0) } ?? 0, body: context.body.value))
    }
}

/// The body of a request, once it was read: for the log.
final class ReadBody: Sendable {
    private let read = Mutex<JSONValue?>(nil)
    var value: JSONValue? { read.withLock { $0 } }

    func note(_ value: JSONValue) { read.withLock { $0 = value } }
}
