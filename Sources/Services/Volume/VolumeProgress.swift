package import Foundation

/// How far the making of a volume is.
package struct VolumeProgress: Sendable, Hashable {
    /// What is being done; the raw value is shown.
    package enum Step: String, Sendable, Hashable {
        case purging = "removing what was there"
        case numbers
        case calls
        case rollUps = "hours summed up"
        case analysing = "statistics of tables"
    }

    package let step: Step
    /// How many of the step are done, those of an earlier run included.
    package let done: Int
    /// How many there will be; 0 where that is not counted.
    package let total: Int
    /// How many of them this run has done, and in how many seconds.
    package let doneNow: Int
    package let seconds: Double

    package init(_ step: Step, done: Int = 0, total: Int = 0, doneNow: Int = 0, seconds: Double = 0) {
        self.step = step
        self.done = done
        self.total = total
        self.doneNow = doneNow
        self.seconds = seconds
    }

    /// How many a second; `nil` until that can be said.
    package var rate: Double? { doneNow > 0 && seconds > 0 ? Double(doneNow) / seconds : nil }

    /// How long the step will still take at this rate.
    package var secondsLeft: Double? { rate.map { Double(max(total - done, 0)) / $0 } }
}

/// What making a volume came to.
package struct VolumeResult: Sendable, Hashable {
    /// What was found before, and so what was done.
    package enum Outcome: String, Sendable, Hashable {
        /// It was not there, or was to be replaced.
        case made
        /// An earlier run had been stopped.
        case continued
        /// All of it was there already, and nothing was done.
        case found
    }

    /// A table with how many rows the tenant has there.
    package struct TableCount: Sendable, Hashable {
        package let name: String
        package let rows: Int
    }

    package let outcome: Outcome
    package let plan: VolumePlan
    package let tenantID: UUID
    package let tables: [TableCount]
    /// Calls that this run stored.
    package let calls: Int
    /// Rows that were stored for them, in all tables.
    package let rows: Int
    package let callSeconds: Double
    package let rollUpSeconds: Double
    package let seconds: Double

    /// Calls that were stored in a second.
    package var callsPerSecond: Int { callSeconds > 0 ? Int(Double(calls) / callSeconds) : 0 }
    /// Rows that were stored in a second, in all tables.
    package var rowsPerSecond: Int { callSeconds > 0 ? Int(Double(rows) / callSeconds) : 0 }
}

/// Why a volume is not made.
package struct VolumeError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
