import NIOCore
import NIOPosix

extension RawClient {
    /// Connects, writes bytes that need not be text, and reads until the other end closes.
    /// - Returns: all that came back.
    static func exchange(_ bytes: [UInt8], port: Int) async throws -> [UInt8] {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            do {
                try await outbound.write(ByteBuffer(bytes: bytes))
            } catch {
                // The other end has closed: what it said is read below.
            }
            var answer: [UInt8] = []
            do {
                for try await buffer in inbound { answer += Array(buffer.readableBytesView) }
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // Reset by the other end.
            }
            return answer
        }
    }

    /// Connects, writes a head, and behind it the same part so often, or until the other end closes.
    /// - Returns: how many of the parts were taken from us.
    static func push(_ head: String, _ part: [UInt8], times: Int, port: Int) async throws -> Int {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port).get()
        var taken = 0
        do {
            try await channel.writeAndFlush(ByteBuffer(string: head))
            for _ in 0..<times {
                try await channel.writeAndFlush(ByteBuffer(bytes: part))
                taken += 1
            }
            try await channel.close()
        } catch {
            // Closed by the other end.
        }
        return taken
    }
}
