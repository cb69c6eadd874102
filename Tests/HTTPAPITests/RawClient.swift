import NIOCore
import NIOPosix

/// A client that writes what it likes, so also what no client should.
enum RawClient {
    /// Connects, writes parts with a pause between them, and reads until the other end closes.
    /// - Parameter hangsUp: closes after the last part, whatever the other end does.
    /// - Returns: all that came back.
    static func send(
        _ parts: [String], port: Int, pause: Duration = .zero, hangsUp: Bool = false
    ) async throws -> String {
        let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            for part in parts {
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
