import NIOCore
import Synchronization

/// Pages that are the same for everybody, packed: to pack the API's document takes 15 ms, and nobody needs a key to ask
/// for it. They are known by their tags, which are made of what is in them.
final class PackedPages: Sendable {
    /// More than there are; beyond it pages are packed for each who asks.
    private static let most = 64

    private let kept = Mutex<[String: ByteBuffer]>([:])

    func page(_ tag: String) -> ByteBuffer? { kept.withLock { $0[tag] } }

    func keep(_ packed: ByteBuffer, for tag: String) {
        kept.withLock { pages in if pages.count < Self.most { pages[tag] = packed } }
    }
}
