import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An answer of the API, whose body is still coming.
package struct APIAnswer: Sendable {
    package let head: AnswerHead
    private let body: HTTPClientResponse.Body
    private let address: ServerAddress

    init(_ response: HTTPClientResponse, from address: ServerAddress) {
        head = AnswerHead(
            status: Int(response.status.code), reason: response.status.reasonPhrase,
            fields: response.headers.map { HeaderField($0.name, $0.value) })
        body = response.body
        self.address = address
    }

    /// Takes the body in, part by part. Only once: what was read is gone.
    /// - Parameter take: says whether it wants more.
    /// - Throws: `ServerAway` when the body breaks off; what `take` throws.
    package func read(_ take: ([UInt8]) throws -> Bool) async throws {
        var count = 0
        var refusal: (any Error)?
        do {
            for try await part in body {
                count += part.readableBytes
                do {
                    guard try take(Array(part.readableBytesView)) else { break }
                } catch {
                    refusal = error
                    break
                }
            }
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw ServerAway(address, error, after: count)
        }
        if let refusal { throw refusal }
    }

    /// The whole body, in memory.
    /// - Throws: `RequestFault` when it is larger than that; `ServerAway` when it breaks off.
    package func bytes(upTo most: Int) async throws -> [UInt8] {
        let bytes = try await beginning(most + 1)
        guard bytes.count <= most else {
            throw RequestFault("the answer has more than \(most) bytes; ask for less at once, with limit or fields")
        }
        return bytes
    }

    /// So many bytes of the body, or all there are.
    package func beginning(_ most: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        try await read { part in
            bytes += part.prefix(most - bytes.count)
            return bytes.count < most
        }
        return bytes
    }
}
