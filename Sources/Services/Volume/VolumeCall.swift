import Foundation
import Telecom

/// A call as it is stored: what the edge said, what it was rated at, and what call tracking knows of it.
struct VolumeCall: Sendable {
    /// The number of its account.
    let account: Int
    let rated: RatedCDR
    let edge: String
    let callID: String
    let fromTag: String
    let toTag: String
    let caller: String
    let callee: String
    let source: String
    let reason: String
    let attempts: String
    let tracking: Tracking?

    /// A call to the number of a campaign.
    struct Tracking: Sendable {
        let campaign: Int
        let publisher: Int
        let callerState: String?
        let number: String
    }

    /// When it was rated and posted: when the record of its end had been read.
    var postedAt: Date { (rated.raw.endedAt ?? rated.raw.startedAt).addingTimeInterval(2) }
}
