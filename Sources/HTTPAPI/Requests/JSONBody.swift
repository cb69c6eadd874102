import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Services

/// A request's body that is JSON, whole and read.
struct JSONBody {
    let value: JSONValue
    /// SHA-256 of the bytes as they came.
    let digest: [UInt8]

    /// - Parameters:
    ///   - context: has it noted, for the log.
    ///   - limit: bytes, as they come and unpacked.
    /// - Throws: `Problem` when it is none, too large, cut, or packed in a way that we do not know.
    static func receive(_ request: Request, _ context: APIContext, limit: Int) async throws -> JSONBody {
        guard isJSON(request.headers[.contentType]) else {
            var problem = Problem(
                .unsupportedMediaType, "unknown-type", "The type is not known",
                "send the body as Content-Type: application/json")
            problem.headers[.accept] = "application/json"
            throw problem
        }
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.tooLarge(limit) }
        let packed = Array(try await request.body.collect(upTo: limit).readableBytesView)
        try Task.checkCancellation()
        guard announced.map({ $0 == packed.count }) ?? true else {
            throw Problem(.badRequest, "cut", "The body is cut", "the body ended before its end; nothing was done")
        }
        let bytes = try unpacked(packed, request, limit)
        do {
            let value = try JSONValue(bytes)
            context.body.note(value)
            return JSONBody(value: value, digest: Array(SHA256.hash(data: packed)))
        } catch let fault {
            throw Problem(
                .badRequest, "not-json", "The body is not JSON",
                "line \(fault.line), column \(fault.column): \(fault.reason)")
        }
    }

    private static func isJSON(_ type: String?) -> Bool {
        if type == "application/json" { return true }  // as nearly all say it
        let name = type?.split(separator: ";").first?.trimmingCharacters(in: .whitespaces).lowercased()
        return ["application/json", "application/merge-patch+json"].contains(name)
    }

    private static func unpacked(_ packed: [UInt8], _ request: Request, _ limit: Int) throws -> [UInt8] {
        guard let gunzip = try Gunzip.needed(for: request) else { return packed }
        var bytes: [UInt8] = []
        do {
            try gunzip.unpack(packed) { part in
                guard bytes.count + part.count <= limit else { throw Problem.tooLarge(limit) }
                bytes += part
            }
        } catch is Gunzip.Damaged {
            throw Problem.damaged
        }
        guard gunzip.isComplete else { throw Problem.damaged }
        return bytes
    }
}
