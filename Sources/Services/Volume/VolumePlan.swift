package import Foundation

/// How much data is made, and from which seed: the same plan makes the same rows.
package struct VolumePlan: Sendable, Hashable, Codable {
    /// The slug of the tenant that is made.
    package var tenant = "volume"
    package var accounts = 1000
    package var calls = 1_000_000
    package var days = 90
    /// Telephone numbers of the accounts.
    package var numbers = 2000
    package var carriers = 8
    /// Call-tracking campaigns, each of an account of its own.
    package var campaigns = 20
    package var seed: UInt64 = 1
    /// The calls start before this day, in days since 1970; `nil` is today, or the day that the tenant was made with.
    package var untilDay: Int?

    package init() {}

    package static let accountRange = 1...100_000
    package static let callRange = 1...1_000_000_000
    /// Less than the three years that call records are kept by default.
    package static let dayRange = 1...1000
    package static let numberRange = 0...1_000_000
    package static let carrierRange = 2...50

    /// How many campaigns there can be: each takes a customer with a number.
    package var campaignLimit: Int { max(0, min(accounts, numbers) - resellers) }

    /// The first accounts are resellers: the larger part of the traffic is theirs.
    var resellers: Int { accounts < 3 ? 0 : max(1, accounts / 20) }

    /// As it is kept with its tenant: with the day that it ends on.
    package func ending(_ day: Int) -> VolumePlan {
        var plan = self
        plan.untilDay = untilDay ?? day
        return plan
    }

    /// The first day of its calls.
    /// - Precondition: the plan has its end.
    var firstDay: Int { (untilDay ?? 0) - days }

    /// The plan as the options that make it.
    package var options: String {
        let until = untilDay.map { " --until \(Self.text(day: $0))" } ?? ""
        return "--tenant \(tenant) --accounts \(accounts) --cdrs \(calls) --days \(days) --numbers \(numbers) "
            + "--carriers \(carriers) --campaigns \(campaigns) --seed \(seed)\(until)"
    }

    /// A day as `2026-11-01`.
    package static func text(day: Int) -> String {
        Date(timeIntervalSince1970: Double(day) * 86_400).formatted(.iso8601.year().month().day())
    }

    /// Reads a day that is written as `2026-11-01`; `nil` for anything else.
    package static func day(_ text: String) -> Int? {
        guard let date = try? Date(text, strategy: .iso8601.year().month().day()) else { return nil }
        let day = day(of: date)
        // The strategy makes a day of 30 February, too.
        return self.text(day: day) == text ? day : nil
    }

    /// The day of an instant, in UTC.
    package static func day(of date: Date) -> Int { Int((date.timeIntervalSince1970 / 86_400).rounded(.down)) }
}
