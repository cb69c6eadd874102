import Foundation

/// A delivery whose time has come, with its event and its webhook.
struct DueDelivery: Sendable {
    let tenant: UUID
    let occurredAt: Date
    let id: UUID
    let account: UUID?
    let webhook: UUID
    let attempt: Int
    let event: Event
    let method: String
    let url: String
    /// JSON, as the operator wrote it: what cannot be read is a failure of this webhook, and of no other.
    let headers: String
    let template: String?
    let secrets: [Sealed]
    let timeout: Duration
    /// How long it is this worker's.
    let leaseEnds: ContinuousClock.Instant

    /// What happened.
    struct Event: Sendable {
        let id: UUID
        let type: String
        let version: Int
        let payload: String
        let occurredAt: Instant
        /// The header `traceparent` of the request that it came of.
        let trace: String?
    }
}
