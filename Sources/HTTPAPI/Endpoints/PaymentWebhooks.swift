import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Services

/// `POST /v1/payments/webhooks/{path}`: what payment providers report. They show no key; they sign what they say.
///
/// Whoever finds the address wrong, or signs wrongly, gets one and the same answer: there is nothing to try out here.
/// Which of them it was is in the log.
struct PaymentWebhooks: Sendable {
    private let take: TakeProviderEvent
    private let places: Places
    private let limit: Int
    private let logger: Logger

    init(_ api: HTTPServices, _ settings: HTTPSettings, logger: Logger) {
        take = TakeProviderEvent(app: api.app, engine: api.engine, api.resolve)
        places = Places(settings.mostWebhooks)
        limit = settings.mostWebhookBytes
        self.logger = logger
    }

    func add(to router: Router<APIContext>) {
        router.post("v1/payments/webhooks/:path") { request, context in try await answer(request, context) }
    }

    private func answer(_ request: Request, _ context: APIContext) async throws -> Response {
        let path = context.parameters.get("path") ?? ""
        guard TakeProviderEvent.isPath(path) else { throw Self.notHeard }
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.tooLarge(limit) }
        // What is cut has no signature that is right.
        let body = try await request.body.collect(upTo: limit)
        // Only now: whoever sends slowly keeps no place from others.
        guard places.take() == .taken else {
            throw Problem.busy(.serviceUnavailable, "too many reports come in at once; send it again", after: 5)
        }
        defer { places.giveBack() }
        do {
            let outcome = try await take(
                Array(body.readableBytesView), path: path, source: (context.source, context.requestID),
                header: { name in HTTPField.Name(name).flatMap { request.headers[$0] } })
            return .json(JSONWriter.object { $0.text("outcome", outcome.rawValue) })
        } catch let refusal as WebhookRefusal {
            if refusal.kind == .signature {
                logger.warning(
                    "request \(context.requestID.text), a payment webhook: \(refusal.reason)",
                    metadata: context.trace?.metadata)
            }
            throw Self.problem(refusal)
        }
    }

    private static let notHeard = Problem(
        .badRequest, "signature", "The signature is not right",
        "no provider reports at this address, or the signature is missing, wrong or old")

    private static func problem(_ refusal: WebhookRefusal) -> Problem {
        switch refusal.kind {
        case .unknown, .signature: notHeard
        case .unreadable: Problem(.badRequest, "unreadable", "The event cannot be read", refusal.reason)
        case .unavailable: .unavailable(refusal.reason)
        }
    }
}
