package import Foundation
package import Telecom

/// A comparison of a carrier's records with ours, and what it came to.
package struct ReconciliationRun: Sendable {
    package let id: UUID
    package let carrier: String
    package let from: Date
    package let until: Date
    package let currency: String
    package let finishedAt: Date?
    package let toleranceMilliseconds: Int
    /// How far their clock is ahead: in most of the period, and in the hours in which it is least and most.
    package let clock: Int
    package let leastClock: Int
    package let mostClock: Int
    package let clockIsGiven: Bool
    let invoiceID: UUID?
    package internal(set) var classes: [ClassSum] = []
    /// The carrier's invoice of the period, if it is entered.
    package internal(set) var invoice: VendorInvoice?

    /// The calls of a class.
    package struct ClassSum: Sendable, Equatable {
        package let name: String
        package let calls: Int
        package let ourSeconds: Int
        package let theirSeconds: Int
        package let ours: MoneySum
        package let theirs: MoneySum

        /// Above zero we are charged too much.
        package var difference: MoneySum { theirs - ours }
    }

    /// In the order in which people look at them.
    package static let classNames = [
        "exact", "rounding", "increment", "duration", "rate", "jurisdiction", "duplicate", "missing_ours",
        "missing_theirs",
    ]

    /// All classes together.
    package var total: ClassSum {
        classes.reduce(ClassSum(name: "total", calls: 0, ourSeconds: 0, theirSeconds: 0, ours: .zero, theirs: .zero)) {
            ClassSum(
                name: $0.name, calls: $0.calls + $1.calls, ourSeconds: $0.ourSeconds + $1.ourSeconds,
                theirSeconds: $0.theirSeconds + $1.theirSeconds, ours: $0.ours + $1.ours, theirs: $0.theirs + $1.theirs)
        }
    }
}
