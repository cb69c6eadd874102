/// What codecs are called in offers.
enum CodecNames {
    /// Those of IANA's registry that are ours, in lower case. Some equipment names the annex.
    private static let named: [(name: [UInt8], codec: CodecSet)] = [
        ("pcmu", .pcmu), ("pcma", .pcma), ("g729", .g729), ("opus", .opus), ("g722", .g722), ("amr", .amr),
        ("amr-wb", .amrWideband), ("evs", .evs), ("g723", .g723), ("g7231", .g723), ("g726-16", .g726),
        ("g726-24", .g726), ("g726-32", .g726), ("g726-40", .g726), ("g7221", .g7221), ("g728", .g728),
        ("g729a", .g729), ("g729b", .g729), ("g729ab", .g729), ("gsm", .gsm), ("ilbc", .ilbc), ("l16", .l16),
        ("speex", .speex),
    ].map { (Array($0.utf8), CodecSet($1)) }

    /// Streams that go beside speech: they make no call.
    private static let beside = ["telephone-event", "cn", "tone", "red", "rtx", "ulpfec"].map { Array($0.utf8) }

    /// The codec of an encoding name of any case: nothing for what is none.
    static func codec(_ name: ArraySlice<UInt8>) -> CodecSet {
        for (known, codec) in named where isSame(name, known) { return codec }
        return beside.contains { isSame(name, $0) } ? [] : .unnamed
    }

    private static func isSame(_ name: ArraySlice<UInt8>, _ known: [UInt8]) -> Bool {
        name.count == known.count && zip(name, known).allSatisfy { $0 | ($0 & 0x40) >> 1 == $1 }
    }
}
