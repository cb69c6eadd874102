import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import Postgres
import Services

/// Says what is answered where a request fails, and tells the log what is our own fault.
struct Problems: Sendable {
    let requestID: UUID
    private let trace: TraceParent?
    private let path: String
    private let logger: Logger

    init(_ request: Request, _ context: APIContext, _ logger: Logger) {
        self.init(context.requestID, of: context.trace, request.uri.path, logger)
    }

    init(_ requestID: UUID, of trace: TraceParent?, _ path: String, _ logger: Logger) {
        self.requestID = requestID
        self.trace = trace
        self.path = path
        self.logger = logger
    }

    /// What is answered instead of an error.
    func of(_ error: any Error) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let fault as ResourceFault: return Problem(fault)
        case let failure as BillingFailure: return Problem(failure)
        case let failure as ImportFailure:
            return Problem(.unprocessableContent, "refused", "A rule refuses it", failure.description)
        case let refusal as LoginRefusal: return Problem(refusal)
        case is PasswordHasher.Busy: return .busy(.serviceUnavailable, "too many log in at once; try again", after: 2)
        case let error as HTTPError where error.status == .notFound:
            return Problem(.notFound, "not-found", "Nothing is here", "there is no \(path)")
        case let error as HTTPError:
            return Problem(
                error.status, "refused", error.status.reasonPhrase, error.body ?? "the request cannot be read")
        case is NIOTooManyBytesError:
            return Problem(.contentTooLarge, "too-large", "The body is too large", "send less")
        case let error as PostgresError where error.mayBeAway:
            logger.warning("request \(requestID.text): \(error)", metadata: trace?.metadata)
            return .unavailable("the database does not answer; the same request again does nothing twice")
        default:
            if !Task.isCancelled {
                logger.error("request \(requestID.text) failed: \(error)", metadata: trace?.metadata)
            }
            return Problem(
                .internalServerError, "failed", "It failed", "heddle's log says why, under the request's id")
        }
    }
}

extension PostgresError {
    /// Whether the same may succeed in a moment.
    fileprivate var mayBeAway: Bool {
        switch code {
        case .unavailable, .connectionLost, .timedOut, .exhausted, .cancelled: true
        // Beside what passes by itself: a row that came while the partition of its month was being made.
        case .server, .rolledBack:
            ["40", "53", "55", "57"].contains(String(sqlState?.prefix(2) ?? ""))
                || sqlState == "23514" && server?.constraint == nil
        case .decoding, .configuration, .invalidRequest: false
        }
    }
}
