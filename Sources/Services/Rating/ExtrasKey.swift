import Foundation
import Telecom

/// What decides which extras a call has on one side: its price list, its number, and when it was answered.
struct ExtrasKey: Sendable, Hashable {
    enum List: Sendable, Hashable {
        case plan(UUID)
        case deck(UUID)
    }

    let tenantID: UUID
    let list: List
    /// Of a deck always false.
    var isInbound = false
    /// The called number, as its price was looked up by; inbound the DID.
    let number: E164
    /// When it was answered, else when it began.
    let at: Date
}
