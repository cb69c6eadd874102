import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import Services

/// Answers what endpoints throw, says which request it was, and counts.
struct AnswerProblems: RouterMiddleware {
    private let refusedTime: Duration
    private let isEncrypted: Bool
    private let numbers: RequestNumbers
    private let crossOrigin: CrossOrigin
    private let forwarded: ForwardedSource
    private let logger: Logger

    init(_ settings: HTTPSettings, _ numbers: RequestNumbers, logger: Logger) {
        refusedTime = settings.refusedTime
        isEncrypted = settings.certificate != nil
        self.numbers = numbers
        crossOrigin = CrossOrigin(settings.origins)
        forwarded = ForwardedSource(settings.proxies)
        self.logger = logger
    }

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var context = context
        context.source = forwarded.of(request, peer: context.source)
        context.trace = request.trace
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            response = Problems(request, context, logger).of(error).response(context.requestID)
            endUnread(request, context, &response)
        }
        response.headers[.requestID] = context.requestID.text
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.frameOptions] = "DENY"
        // A year, of this host alone: what else its domain has is not ours.
        if isEncrypted { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        crossOrigin.add(to: &response.headers, of: request)
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
        numbers.count(
            route: context.endpointPath ?? "none", method: request.method.rawValue, status: response.status.code,
            .now - start)
        return response
    }

    /// A body that nobody reads is not waited for: its sender may have no end of it.
    private func endUnread(_ request: Request, _ context: APIContext, _ response: inout Response) {
        let hasBody =
            request.headers[.contentLength].map { $0 != "0" } ?? false || request.headers[.transferEncoding] != nil
        guard hasBody else { return }
        response.headers[.connection] = "close"
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: TimeAmount(refusedTime)) { channel.close(promise: nil) }
    }
}

extension HTTPField.Name {
    static let requestID = Self("Request-Id") ?? .date
    static let idempotencyKey = Self("Idempotency-Key") ?? .date
    static let idempotencyReplayed = Self("Idempotency-Replayed") ?? .date
    static let heddleAccount = Self("Heddle-Account") ?? .date
    static let traceParent = Self("traceparent") ?? .date
    static let referrerPolicy = Self("Referrer-Policy") ?? .date
    static let frameOptions = Self("X-Frame-Options") ?? .date
    static let forwardedFor = Self("X-Forwarded-For") ?? .date
    static let link = Self("Link") ?? .date
    static let rateLimit = Self("RateLimit-Limit") ?? .date
    static let rateRemaining = Self("RateLimit-Remaining") ?? .date
    static let ratePolicy = Self("RateLimit-Policy") ?? .date
    static let rates = Self("RateLimit") ?? .date
    static let rateReset = Self("RateLimit-Reset") ?? .date
}
