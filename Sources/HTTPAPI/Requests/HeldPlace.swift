import Foundation
import Synchronization

/// A place that is given back once, also when the body is never written.
final class HeldPlace: Sendable {
    private let places: Places
    private let owner: UUID
    private let isHeld = Mutex(true)

    init(_ places: Places, _ owner: UUID) {
        self.places = places
        self.owner = owner
    }

    deinit { giveBack() }

    func giveBack() {
        let wasHeld = isHeld.withLock { held in
            defer { held = false }
            return held
        }
        if wasHeld { places.giveBack(for: owner) }
    }
}
