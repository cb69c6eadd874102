import Foundation
import HTTPTypes
import Hummingbird
import Services

/// `POST /v1/payments/webhooks/{path}`: what payment providers report. They show no key; they sign what they say.
struct PaymentWebhooks: Sendable {
    private let take: TakeProviderEvent
    private let limit: Int

    init(_ api: HTTPServices, _ settings: HTTPSettings) {
        take = TakeProviderEvent(api.engine, api.resolve)
        limit = settings.mostWebhookBytes
    }

    func add(to router: Router<APIContext>) {
        router.post("v1/payments/webhooks/:path") { request, context in try await answer(request, context) }
    }

    private func answer(_ request: Request, _ context: APIContext) async throws -> Response {
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.tooLarge(limit) }
        // What is cut has no signature that is right.
        let body = try await request.body.collect(upTo: limit)
        do {
            let outcome = try await take(
                Array(body.readableBytesView), path: context.parameters.get("path") ?? "",
                header: { name in HTTPField.Name(name).flatMap { request.headers[$0] } })
            return .json(JSONWriter.object { $0.text("outcome", outcome.rawValue) })
        } catch let refusal as WebhookRefusal {
            throw Self.problem(refusal)
        }
    }

    private static func problem(_ refusal: WebhookRefusal) -> Problem {
        switch refusal.kind {
        case .unknown: Problem(.notFound, "not-found", "Nothing is here", refusal.reason)
        case .signature: Problem(.badRequest, "signature", "The signature is not right", refusal.reason)
        case .unreadable: Problem(.badRequest, "unreadable", "The event cannot be read", refusal.reason)
        case .unavailable: .unavailable(refusal.reason)
        }
    }
}
