import Foundation
import HTTPTypes
import Hummingbird
import Services

/// Lets in who shows a key that is valid, and says what is left of its rate.
struct Authenticate: RouterMiddleware {
    private let check: CheckCaller
    private let act: ActForAccount

    init(_ check: CheckCaller, _ act: ActForAccount) {
        self.check = check
        self.act = act
    }

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let caller: APICaller
        do {
            caller = try await check(try Self.key(request), from: context.source, request: context.requestID)
        } catch let refusal as APIRefusal {
            throw Self.problem(refusal)
        }
        var context = context
        context.caller = caller
        do {
            if let account = request.headers[.heddleAccount] {
                context.caller = try await act(
                    account, caller, source: context.source, request: context.requestID)
            }
            var response = try await next(request, context)
            Self.tell(caller.rates, &response.headers)
            return response
        } catch let refusal as APIRefusal {
            throw Self.problem(refusal)
        } catch var problem as Problem {
            Self.tell(caller.rates, &problem.headers)
            throw problem
        }
    }

    private static let scheme = Array("bearer ".utf8)

    private static func key(_ request: Request) throws -> String {
        guard let header = request.headers[.authorization] else { throw APIRefusal.unknown }
        // In capitals or not.
        guard header.utf8.prefix(Self.scheme.count).lazy.map({ $0 | 0x20 }).elementsEqual(Self.scheme) else {
            throw APIRefusal.unknown
        }
        return String(header.dropFirst(Self.scheme.count).drop { $0 == " " })
    }

    /// What is left, as most clients read it, and as draft-ietf-httpapi-ratelimit-headers has it: of the rate that ends
    /// first, and of all.
    private static func tell(_ rates: [APICaller.Rate], _ headers: inout HTTPFields) {
        guard let least = rates.min(by: { $0.remaining < $1.remaining }) else { return }
        headers[.rateLimit] = String(least.limit)
        headers[.rateRemaining] = String(least.remaining)
        headers[.rateReset] = String(least.resetSeconds)
        var (policy, left) = ("", "")
        for rate in rates {
            let comma = policy.isEmpty ? "" : ", "
            policy += "\(comma)\"\(rate.name)\";q=\(rate.limit);w=60"
            left += "\(comma)\"\(rate.name)\";r=\(rate.remaining);t=\(rate.resetSeconds)"
        }
        headers[.ratePolicy] = policy
        headers[.rates] = left
    }

    /// Why somebody is not let in.
    static func problem(_ refusal: APIRefusal) -> Problem {
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
                "the \(rate.name) has \(rate.limit) requests a minute; there are new ones in \(rate.resetSeconds) s")
            problem.headers[.retryAfter] = String(rate.resetSeconds)
            tell([rate], &problem.headers)
        }
        return problem
    }

    private static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, "key-ended", "The key is not valid any more", detail)
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"heddle\", error=\"invalid_token\""
        return problem
    }
}
