import CLibPQ

/// A `PGcancel`: asks the server, over a connection of its own, to cancel what a session runs.
///
/// Unchecked, because libpq documents PQcancel as safe to call from any thread, with the structure read-only.
@safe
final class PQCanceller: @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { unsafe self.handle = handle }

    deinit { unsafe PQfreeCancel(handle) }

    /// Blocks until the server has taken the request: never call it on the reactor's thread.
    func cancel() {
        var message = [CChar](repeating: 0, count: 256)
        _ = unsafe PQcancel(handle, &message, Int32(message.count))
    }
}
