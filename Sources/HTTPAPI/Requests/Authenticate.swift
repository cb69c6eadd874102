import Foundation
import HTTPTypes
import Hummingbird
import Services

/// Lets in who shows a key that is valid, and says what is left of its rate.
struct Authenticate: RouterMiddleware {
    private let check: CheckAPIKey

    init(_ check: CheckAPIKey) { self.check = check }

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let caller: APICaller
        do {
            caller = try await check(try Self.key(request), from: context.source)
        } catch let refusal as APIKeyRefusal {
            throw Self.problem(refusal)
        }
        var context = context
        context.caller = caller
        do {
            var response = try await next(request, context)
            Self.tell(caller.rate, &response.headers)
            return response
        } catch let refusal as APIKeyRefusal {
            throw Self.problem(refusal)
        } catch var problem as Problem {
            Self.tell(caller.rate, &problem.headers)
            throw problem
        }
    }

    private static let scheme = Array("bearer ".utf8)

    private static func key(_ request: Request) throws -> String {
        guard let header = request.headers[.authorization] else { throw APIKeyRefusal.unknown }
        let scheme = header.utf8.prefix(scheme.count).map { $0 | 0x20 }  // in capitals or not
        guard scheme == Self.scheme else { throw APIKeyRefusal.unknown }
        return String(header.dropFirst(scheme.count).drop { $0 == " " })
    }

    private static func tell(_ rate: APICaller.Rate, _ headers: inout HTTPFields) {
        headers[.rateLimit] = String(rate.limit)
        headers[.rateRemaining] = String(rate.remaining)
        headers[.rateReset] = String(rate.resetSeconds)
    }

    private static func problem(_ refusal: APIKeyRefusal) -> Problem {
        var problem = Problem.noKey
        switch refusal {
        case .unknown: break
        case .revoked: problem = unauthorized("the key was revoked")
        case .expired: problem = unauthorized("the key has expired")
        case .closed: problem = Problem(.forbidden, "closed", "The operator is closed", "the operator is closed")
        case .wrongAddress:
            problem = Problem(
                .forbidden, "wrong-address", "Not from there", "the key may not be used from this address")
        case .tooMany(let rate):
            problem = Problem(
                .tooManyRequests, "rate-limit", "Too many requests",
                "the key has \(rate.limit) requests a minute; there are new ones in \(rate.resetSeconds) s")
            problem.headers[.retryAfter] = String(rate.resetSeconds)
            tell(rate, &problem.headers)
        }
        return problem
    }

    private static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, "key-ended", "The key is not valid any more", detail)
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"heddle\", error=\"invalid_token\""
        return problem
    }
}
