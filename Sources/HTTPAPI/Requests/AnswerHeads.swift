import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Gives a HEAD the headers of its GET (RFC 9110, section 9.3.2). What is written while it is made has no length: that
/// of the empty body, which would be put there, is not its length. `RequestGate` sends none of the body.
struct AnswerHeads: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        if request.method == .head, response.body.contentLength == nil {
            response.headers[.transferEncoding] = "chunked"
        }
        return response
    }
}

extension ResponseBody {
    /// What a HEAD has instead of a body that would be written while it is made.
    static var unwritten: ResponseBody { ResponseBody { writer in try await writer.finish(nil) } }
}
