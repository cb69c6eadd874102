package import Foundation
package import Telecom

/// How a price sheet is read.
package struct SheetOptions: Sendable {
    /// The file holds changes alone; otherwise it holds everything.
    package var isDelta = false
    /// What a full file lacks and a shorter prefix of it covers is blocked, and so is what a row calls removed;
    /// otherwise it takes that one's price.
    package var blocksMissing = true
    /// When rows without a date of their own begin; what the sheet says above its header, else now.
    package var effective: Date?
    /// Steps where the file tells none, in seconds.
    package var initialIncrement: Int32 = 6
    package var nextIncrement: Int32 = 6
    /// 31/12/2026 rather than 12/31/2026.
    package var daysFirst = false
    /// What the sheet is priced by; what the header tells when `nil`.
    package var codes: SheetCodes?
    /// A company or an area that has no numbers is left out, rather than being a fault of the sheet.
    package var skipsUnknown = false
    /// A price above it is more often a slip than a price.
    package var highestRate = Rate("5") ?? .maximum
    /// Prices of 0 and above the highest are meant.
    package var takesUnusual = false
    /// Where the problems are written; beside the file when `nil`.
    package var errorsPath: String?
    /// What the file is called; its own name when `nil`.
    package var fileName: String?
    /// `inbound` for the prices of a plan for calls to its own numbers.
    package var isInbound = false

    package init() {}
}
