import Foundation
import Hummingbird
import NIOCore

/// A body that is a form (application/x-www-form-urlencoded), as OAuth asks for.
enum FormBody {
    /// - Throws: `Problem` when it is none, or too large.
    static func receive(_ request: Request, limit: Int) async throws -> [(name: String, value: String)] {
        let type = request.headers[.contentType]?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces)
        guard type?.lowercased() == "application/x-www-form-urlencoded" else {
            throw Problem(
                .unsupportedMediaType, "unknown-type", "The type is not known",
                "send the body as Content-Type: application/x-www-form-urlencoded")
        }
        let bytes = try await request.body.collect(upTo: limit)
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else {
            throw Problem.wrong("body", "", expected: "a form in UTF-8")
        }
        return try text.split(separator: "&").map { pair in
            let parts = pair.replacing("+", with: " ").split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (
                try QueryParameters.decoded(parts[0]), parts.count > 1 ? try QueryParameters.decoded(parts[1]) : ""
            )
        }
    }
}
