import NIOCore
import NIOPosix

/// A client that writes what it likes, so also what no client should.
enum RawClient {
    /// Connects, and writes the same again and again until the other end closes, without reading anything.
    static func sendWithoutEnd(_ part: String, port: Int) async {
        do {
            let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .channelOption(.autoRead, value: false)
                .channelOption(.socketOption(.so_rcvbuf), value: 4_096)
                .connect(host: "127.0.0.1", port: port).get()
            let bytes = ByteBuffer(string: part)
            while true { try await channel.writeAndFlush(bytes) }
        } catch {
            // Closed by the other end.
        }
    }

    /// Connects, writes parts with a pause between them, and reads until the other end closes.
    /// - Parameter hangsUp: closes after the last part, whatever the other end does.
    /// - Returns: all that came back.
    static func send(
        _ parts: [String], port: Int, pause: Duration = .zero, hangsUp: Bool = false
    ) async throws -> String {
        let (stream, rest) = AsyncStream.makeStream(of: String.self)
        for part in parts { rest.yield(part) }
        rest.finish()
        return try await send(stream, port: port, pause: pause, hangsUp: hangsUp)
    }

    /// The same, with parts that come when they come.
    static func send(
        _ parts: AsyncStream<String>, port: Int, pause: Duration = .zero, hangsUp: Bool = false
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            for await part in parts {
                do {
                    try await outbound.write(ByteBuffer(string: part))
                } catch {
                    break  // the other end has closed: what it said is read below
                }
                try await Task.sleep(for: pause)
            }
            var answer = ""
            if hangsUp { return answer }
            do {
                for try await buffer in inbound { answer += String(buffer: buffer) }
            } catch {
                // Reset by the other end.
            }
            return answer
        }
    }
}
