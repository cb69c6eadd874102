package import Foundation

/// Which calls are rated again, and by which prices.
package struct RerateChoice: Sendable {
    /// Which prices of a call are made anew.
    package enum Side: String, Sendable, CaseIterable {
        case sell, buy, both

        var sells: Bool { self != .buy }
        var buys: Bool { self != .sell }
    }

    /// When calls began.
    package let window: Range<Date>
    /// Why: the memo of what is posted.
    package let reason: String
    /// BAN, name or id of the only account.
    package var account: String?
    /// Name or id of the only carrier.
    package var carrier: String?
    /// A plan or a deck of which a version takes the place of those that held.
    package var sheet: Sheet?
    package var version: Int?
    /// The time whose plans, versions and rows are taken in place of those of each call.
    package var asOf: Date?
    package var side = Side.both

    package init(_ window: Range<Date>, reason: String) {
        self.window = window
        self.reason = reason
    }
}
