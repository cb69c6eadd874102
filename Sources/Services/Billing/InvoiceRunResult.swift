package import Foundation
package import Telecom

/// Which accounts an invoice run takes, and how far it goes.
package struct InvoiceRunOptions: Sendable {
    /// One account; `nil` takes all that have a seller.
    package var accountID: UUID?
    /// Cycles whose days of grace are over by then; `nil` is now.
    package var until: Date?
    /// Whether drafts are given their numbers at once.
    package var finalises = false
    /// Whether all of it is taken back again.
    package var isRehearsal = false
    /// How many batches are under way at once.
    package var workers = 2
    /// How many accounts a transaction has.
    package var batch = 100

    package init() {}
}

/// How far a run is.
package struct InvoiceRunProgress: Sendable {
    package let accounts: Int
    package let done: Int
}

/// A cycle that a run closed, with its draft.
package struct InvoicedCycle: Sendable {
    package let accountID: UUID
    package let ban: String
    package let firstDay: String
    /// The first day after it.
    package let nextDay: String
    /// `nil` where there was nothing to invoice.
    package let invoiceID: UUID?
    package let currency: String
    package let minorDigits: Int
    package let total: MoneySum
    /// Calls that were posted too late for it; they are of the next one.
    package let lateCalls: Int
    /// Calls without a price: set aside, for people to look at, and waiting for their turn.
    package let setAside: Int
    package let waiting: Int
}

/// An account that a run could not invoice.
package struct InvoiceRunFailure: Sendable, Equatable {
    package let ban: String
    package let reason: String
}

/// What a run did.
package struct InvoiceRunResult: Sendable {
    package var cycles: [InvoicedCycle] = []
    /// Numbers that were given.
    package var numbers: [String] = []
    package var failures: [InvoiceRunFailure] = []
    /// The BANs of accounts with cycles that are due still: another run, or somebody else, had them.
    package var heldElsewhere: [String] = []
    /// Accounts that nobody sells to: no billing profile, and the tenant has no default seller.
    package var withoutSeller = 0
    package var accounts = 0

    package var drafts: Int { cycles.count { $0.invoiceID != nil } }
    package var lateCalls: Int { cycles.reduce(0) { $0 + $1.lateCalls } }
    package var setAside: Int { cycles.reduce(0) { $0 + $1.setAside } }
    package var waiting: Int { cycles.reduce(0) { $0 + $1.waiting } }

    /// What the drafts come to, by currency.
    package var totals: [(currency: String, minorDigits: Int, total: MoneySum)] {
        Dictionary(grouping: cycles) { $0.currency }.sorted { $0.key < $1.key }.map { currency, cycles in
            (currency, cycles[0].minorDigits, cycles.reduce(.zero) { $0 + $1.total })
        }
    }

    mutating func add(_ other: InvoiceRunResult) {
        cycles += other.cycles
        numbers += other.numbers
        failures += other.failures
    }
}
