/// Where the HTTP server listens, and what bounds its clients.
package struct HTTPSettings: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free one.
    package var port = 8080
    /// With one everything is HTTPS, and nothing HTTP.
    package var certificate: ServedCertificate?
    /// How often the certificate's files are looked at.
    package var certificateInterval = Duration.seconds(60)
    /// Where bodies are kept while they come in.
    package var directory: String

    /// Connections at a time; whoever comes then waits in the kernel's queue.
    package var mostConnections = 1_000
    package var mostHeaderBytes = 32 << 10
    package var mostHeaderFields = 100
    /// How long a client may take to agree on TLS.
    package var handshakeTime = Duration.seconds(10)
    /// How long a connection may say nothing, or take over a request's head.
    package var idleTime = Duration.seconds(30)
    /// A body has this much time, and a second more for each so many bytes that have come.
    package var bodyTime = Duration.seconds(30)
    package var leastBytesPerSecond = 8 << 10
    /// However steadily a body comes: it has this much time as a whole.
    package var mostBodyTime = Duration.seconds(3_600)
    /// How long a client may leave what it is answered unread.
    package var answerTime = Duration.seconds(30)
    /// How long a client may go on sending what it was told is not wanted.
    package var refusedTime = Duration.seconds(2)
    /// How long requests may go on when the server is asked to stop.
    package var stopTime = Duration.seconds(25)

    /// Of a batch of call records, as it comes and unpacked.
    package var mostBatchBytes = 256 << 20
    /// Batches at a time, and of one operator.
    package var mostBatches = 8
    package var mostBatchesOfOne = 3
    /// Calls that may wait to be rated before no more are taken.
    package var mostWaitingCalls = 1_000_000
    package var mostWebhookBytes = 256 << 10
    /// Reports of payment providers, and what pretends to be one, at a time.
    package var mostWebhooks = 8

    /// Of a row that is written, and of many.
    package var mostRowBytes = 256 << 10
    package var mostBulkBytes = 16 << 20
    /// Many rows that are written at a time, and of one operator.
    package var mostBulks = 4
    package var mostBulksOfOne = 2
    /// Lists that are given whole at a time, and of one operator.
    package var mostExports = 8
    package var mostExportsOfOne = 3

    /// Verbs that take long at a time, and of one operator.
    package var mostLongVerbs = 4
    package var mostLongVerbsOfOne = 2

    /// How often whoever has a stream, an export or a body that is coming in is looked at again: it may have ended.
    package var checkTime = Duration.seconds(1)

    /// Streams at a time, and of one operator.
    package var mostStreams = 200
    package var mostStreamsOfOne = 20
    /// How long a stream lasts before its client has to come back.
    package var streamTime = Duration.seconds(3_600)
    /// Between two looks for what has changed, and before a client that hears of nothing hears that.
    package var streamPause = Duration.seconds(1)
    package var streamAliveTime = Duration.seconds(15)
    /// How long clients are asked to wait before they come back.
    package var streamRetryMilliseconds = 2_000

    /// Networks of the proxies before it, whose `X-Forwarded-For` counts.
    package var proxies: [String] = []
    /// Whose pages may use the API, as https://portal.example; `*` is all.
    package var origins: [String] = []

    package init(directory: String) { self.directory = directory }
}
