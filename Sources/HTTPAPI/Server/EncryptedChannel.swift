import HummingbirdCore
import Logging
import NIOCore
import NIOSSL

/// HTTP within TLS. Hummingbird's own channel for it has one certificate for ever; this one takes, for each connection,
/// the one that is served when it begins.
struct EncryptedChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let inner: GuardedChannel
    private let certificate: ServedCertificate
    private let settings: HTTPSettings

    init(_ inner: GuardedChannel, _ certificate: ServedCertificate, _ settings: HTTPSettings) {
        self.inner = inner
        self.certificate = certificate
        self.settings = settings
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context))
            try pipeline.addHandler(HandshakeClock(settings))
        }.flatMap {
            inner.setup(channel: channel, logger: logger)
        }
    }

    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            await inner.handle(value: value, logger: logger)
        } onCancel: {
            // Whoever cancels has waited enough. Hummingbird closes what comes in, and waits for the client to do the
            // rest; TLS knows no closing of that half alone, and so would let it wait for ever.
            value.channel.close(promise: nil)
        }
    }
}
