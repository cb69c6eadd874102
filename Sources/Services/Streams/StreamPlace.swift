import Foundation

/// Where a stream of events is: behind which one.
///
/// Events are told in the order in which they were dispatched, which is the order of commits: dispatchers come one
/// after the other, and each gives all of its events one time, later than those of all before it (`DispatchEvents`). So
/// whoever comes back with a place gets what is behind it, once, whatever was committed late (docs/decisions/0037).
package struct StreamPlace: Sendable, Equatable {
    let dispatchedAt: Date
    let occurredAt: Date
    let id: UUID

    init(dispatchedAt: Date, occurredAt: Date, id: UUID) {
        self.dispatchedAt = dispatchedAt
        self.occurredAt = occurredAt
        self.id = id
    }

    /// Before all that is dispatched at a time.
    init(before time: Date) {
        self.init(
            dispatchedAt: time, occurredAt: Date(microseconds: 0),
            id: UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
    }

    /// Until 2100, which is far enough for a place and not too far for a timestamp.
    private static let times: ClosedRange<Int64> = 0...4_102_444_800_000_000

    /// Reads what a client sends back; `nil` when it is no place.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let dispatched = Int64(parts[0]), let occurred = Int64(parts[1]),
            Self.times.contains(dispatched), Self.times.contains(occurred), let id = UUID(text: String(parts[2]))
        else { return nil }
        self.init(
            dispatchedAt: Date(microseconds: dispatched), occurredAt: Date(microseconds: occurred), id: id)
    }

    /// As clients get it, and send it back: nothing in it is secret.
    package var text: String { "\(dispatchedAt.microseconds).\(occurredAt.microseconds).\(id.text)" }
}
