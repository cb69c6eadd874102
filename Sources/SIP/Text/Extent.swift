/// Where a piece of text lies in a message: offsets from its first byte, `end` is exclusive.
///
/// Sixteen bits are enough because a message is never longer than ``Limits/messageBytesEver``.
struct Extent: Sendable, Hashable {
    let start: UInt16
    let end: UInt16

    static let empty = Extent(0, 0)

    init(_ start: Int, _ end: Int) {
        self.start = UInt16(clamping: start)
        self.end = UInt16(clamping: max(start, end))
    }

    var lower: Int { Int(start) }
    var upper: Int { Int(end) }
    var count: Int { upper - lower }
    var isEmpty: Bool { start == end }
}
