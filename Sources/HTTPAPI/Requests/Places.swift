import Foundation
import Synchronization

/// A number of places that requests take, or are refused; of one owner only so many, so that others find some too.
final class Places: Sendable {
    private let limitOfOne: Int
    private let state: Mutex<(free: Int, held: [UUID?: Int])>

    /// - Parameter limitOfOne: how many one owner may have at a time.
    init(_ count: Int, ofOne limitOfOne: Int = .max) {
        self.limitOfOne = limitOfOne
        state = Mutex((count, [:]))
    }

    /// What came of asking for a place.
    enum Answer: Equatable {
        case taken
        /// All are taken.
        case full
        /// The owner has as many as it may.
        case fullOfOwn
    }

    func take(for owner: UUID? = nil) -> Answer {
        state.withLock { state in
            guard state.held[owner, default: 0] < limitOfOne else { return .fullOfOwn }
            guard state.free > 0 else { return .full }
            state.free -= 1
            state.held[owner, default: 0] += 1
            return .taken
        }
    }

    func giveBack(for owner: UUID? = nil) {
        state.withLock { state in
            state.free += 1
            let held = state.held[owner, default: 0] - 1
            state.held[owner] = held > 0 ? held : nil
        }
    }
}

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
