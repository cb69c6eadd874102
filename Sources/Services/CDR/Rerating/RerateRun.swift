package import Foundation

/// A run that rated calls again, and how far it is.
package struct RerateRun: Sendable, Equatable {
    package let id: UUID
    package let reason: String
    package let from: Date
    package let until: Date
    /// BAN of the only account.
    package let account: String?
    /// Name of the only carrier.
    package let carrier: String?
    /// Name of the plan or deck of which a version is named.
    package let sheet: String?
    package let version: Int?
    package let asOf: Date?
    /// sell, buy or both.
    package let side: String
    /// rating, rated, posting, posted or cancelled.
    package let state: String
    /// Calls of the window; those that were looked at; that the prices concern; that differ; that have no price.
    package let total: Int
    package let seen: Int
    package let rated: Int
    package let different: Int
    package let unpriced: Int
    package let createdAt: Date
}

/// How far a run is, or its posting.
package struct RerateProgress: Sendable, Equatable {
    package let done: Int
    package let total: Int
    package var isPosting = false
}
