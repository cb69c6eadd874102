import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// Takes what is written of a body together.
final class WholeBody: Sendable {
    private let collected = Mutex(ByteBuffer())

    /// All bytes of a body, which has to be one that memory has room for.
    static func of(_ body: ResponseBody) async throws -> [UInt8] {
        let whole = WholeBody()
        try await body.write(Writer(whole: whole))
        return whole.collected.withLock { Array($0.readableBytesView) }
    }

    private struct Writer: ResponseBodyWriter {
        let whole: WholeBody

        func write(_ buffer: ByteBuffer) async throws {
            whole.collected.withLock { collected in _ = collected.writeImmutableBuffer(buffer) }
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
