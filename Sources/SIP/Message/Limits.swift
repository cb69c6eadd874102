/// Bounds on what is read from the network. A message over a bound is refused, never cut.
package struct Limits: Sendable, Hashable {
    /// No message may be longer than this, whatever the settings: offsets are kept in 16 bits, as in a UDP length.
    package static let messageBytesEver = 65_535

    /// The longest datagram; longer is 513 Message Too Large.
    package var messageBytesMax: Int
    /// The longest Request-URI; longer is 414 Request-URI Too Long.
    package var requestURIBytesMax: Int
    /// The longest header line with its folds; longer is 400.
    package var headerBytesMax: Int
    /// The most header lines; more is 400.
    package var headerCountMax: Int

    /// Bounds that hold every message of RFC 4475 and any SDP with room to spare.
    package init(
        messageBytesMax: Int = 32_768, requestURIBytesMax: Int = 1_024, headerBytesMax: Int = 8_192,
        headerCountMax: Int = 128
    ) {
        self.messageBytesMax = min(messageBytesMax, Self.messageBytesEver)
        self.requestURIBytesMax = requestURIBytesMax
        self.headerBytesMax = headerBytesMax
        self.headerCountMax = headerCountMax
    }

    /// The bounds above.
    package static let standard = Limits()
}
