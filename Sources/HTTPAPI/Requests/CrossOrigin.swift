import HTTPTypes
import Hummingbird

/// Lets pages of other origins use the API (the Fetch standard, section 3.3), where they are named. Nobody is known by
/// a cookie, so that a page of another origin has nothing but what it was given.
struct CrossOrigin: Sendable {
    private let origins: Set<String>

    /// - Parameter origins: as https://portal.example; `*` is all.
    init(_ origins: [String]) { self.origins = Set(origins) }

    private static let shown = [
        "ETag", "Idempotency-Replayed", "Link", "RateLimit", "RateLimit-Policy", "Request-Id", "Retry-After",
    ].joined(separator: ", ")
    private static let asked = [
        "Authorization", "Content-Type", "Heddle-Account", "Idempotency-Key", "If-Match", "If-None-Match",
        "Last-Event-ID", "traceparent",
    ].joined(separator: ", ")

    func add(to headers: inout HTTPFields, of request: Request) {
        guard !origins.isEmpty, let origin = request.headers[.origin] else { return }
        headers[.vary] = "Origin"
        guard origins.contains("*") || origins.contains(origin) else { return }
        headers[.accessControlAllowOrigin] = origin
        headers[.accessControlExposeHeaders] = Self.shown
        guard request.method == .options, let allowed = headers[.allow] else { return }
        headers[.accessControlAllowMethods] = allowed
        headers[.accessControlAllowHeaders] = Self.asked
        headers[.accessControlMaxAge] = "600"
    }
}
