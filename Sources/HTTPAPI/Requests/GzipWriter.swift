import HTTPTypes
import HummingbirdCore
import NIOCore

/// Packs what is written of a body, and writes that on: no more of it is in memory than a part.
struct GzipWriter: ResponseBodyWriter {
    private let gzip: Gzip
    private var next: any ResponseBodyWriter

    init(_ next: any ResponseBodyWriter) throws {
        gzip = try Gzip()
        self.next = next
    }

    // The writers of Hummingbird work on the common pool, and cannot be sent there from elsewhere.
    @concurrent mutating func write(_ buffer: ByteBuffer) async throws {
        try await next.write(try gzip.pack(Array(buffer.readableBytesView)))
    }

    @concurrent func finish(_ trailingHeaders: HTTPFields?) async throws {
        var next = next
        try await next.write(try gzip.end())
        try await next.finish(trailingHeaders)
    }
}
