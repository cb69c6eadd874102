import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

/// Packs answers of text for clients that take gzip: whole where they are small, and else while they are written.
///
/// How long a packed answer is tells how well a guess of somebody who chose a part of it fits a secret in it (BREACH,
/// CRIME). That takes many answers with the same secret and other guesses, to requests that the guesser makes in the
/// name of its owner, as a page in a browser does where a cookie comes along by itself. Nothing comes along here: keys
/// and tokens are in `Authorization`. And what is secret in an answer is new in each and shown once; a repeat under an
/// `Idempotency-Key` is the same text as a whole. So answers with secrets are packed as well. Whoever lets people log
/// in by cookie has to look at this again.
struct CompressAnswers: RouterMiddleware {
    /// Below this it would save no packet.
    private static let leastBytes = 1_024
    /// What is larger, or of unknown length, is packed while it is written.
    private static let mostBytesAtOnce = 4 << 20

    private static let types: Set<String> = [
        "application/json", "application/jsonl", "application/json-lines", "application/x-ndjson",
    ]

    private let pages = PackedPages()

    func handle(
        _ request: Request, context: APIContext, next: @concurrent (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let takesGzip = AcceptEncoding.allowsGzip(request.headers[.acceptEncoding])
        var response = try await next(GzipTag.plain(request, takesGzip: takesGzip), context)
        if response.status == .notModified {
            Self.vary(&response.headers)
            response.headers[.eTag] = response.headers[.eTag].map {
                GzipTag.unchanged($0, request, takesGzip: takesGzip)
            }
        } else if Self.isText(response) {
            // Also of an answer that is plain: caches must not give it to everybody.
            Self.vary(&response.headers)
            if takesGzip { await pack(&response) }
        }
        return response
    }

    /// Whether an answer has a body that others could get packed.
    private static func isText(_ response: Response) -> Bool {
        guard response.status.kind != .informational, ![.noContent, .partialContent].contains(response.status),
            response.headers[.contentEncoding] == nil,
            let type = response.headers[.contentType]?.prefix(while: { $0 != ";" })
        else { return false }
        if types.contains(String(type)) { return true }
        let name = type.trimmingCharacters(in: .whitespaces).lowercased()
        // Events are to be read as they come, and not when a window is full.
        if name == "text/event-stream" { return false }
        return name.hasPrefix("text/") || name.hasSuffix("+json") || types.contains(name)
    }

    private static func vary(_ headers: inout HTTPFields) {
        headers[.vary] = headers[.vary].map { "\($0), Accept-Encoding" } ?? "Accept-Encoding"
    }

    /// A HEAD gets the headers of the GET: its answer comes here with the body, which is taken off later.
    private func pack(_ response: inout Response) async {
        let plain = response.body
        if let length = plain.contentLength, length <= Self.mostBytesAtOnce {
            // Without memory to pack it, it is sent as it is.
            guard length >= Self.leastBytes, let packed = try? await whole(response), packed.readableBytes < length
            else { return }
            response.body = ResponseBody(byteBuffer: packed)
        } else {
            response.headers[.contentLength] = nil
            response.body = ResponseBody { writer in try await plain.write(GzipWriter(writer)) }
        }
        response.headers[.contentEncoding] = "gzip"
        response.headers[.eTag] = response.headers[.eTag].map(GzipTag.packed)
    }

    private func whole(_ response: Response) async throws -> ByteBuffer {
        let isPage = response.headers[.cacheControl]?.hasPrefix("public") == true
        let tag = isPage ? response.headers[.eTag] : nil
        if let tag, let packed = pages.page(tag) { return packed }
        let packed = try Gzip.packed(try await WholeBody.of(response.body))
        if let tag { pages.keep(packed, for: tag) }
        return packed
    }
}
