import Foundation
import Telecom

/// One record of a sheet, being read as rows: what each field means, and what is wrong with it.
struct SheetLine {
    /// What a record comes to.
    enum Reading {
        case rows([SheetRow])
        /// It says nothing: no code.
        case empty
        case bad([ImportProblem])
    }

    private let record: DelimitedReader
    private let layout: SheetLayout
    private let options: SheetOptions
    private let numbering: SheetNumbering
    /// When a row without a date begins.
    private let effective: Date
    /// What companies and areas have, of a sheet that is priced by these.
    private let blocks: BlockCodes?
    private var problems: [ImportProblem] = []

    init(
        _ record: DelimitedReader, _ layout: SheetLayout, _ options: SheetOptions, _ numbering: SheetNumbering,
        effective: Date, blocks: BlockCodes? = nil
    ) {
        self.numbering = numbering
        self.blocks = blocks
        self.record = record
        self.layout = layout
        self.options = options
        self.effective = effective
    }

    mutating func read() -> Reading {
        let first = (blocks?.codes ?? .digits).field
        guard text(first) != nil else {
            if layout.columns.values.allSatisfy({ $0 >= record.count || record[$0].isEmpty }) { return .empty }
            refuse(first, blocks == nil ? CodeList.form : first == .ocn ? BlockCodes.ocnForm : BlockCodes.lataForm)
            return .bad(problems)
        }
        let codes = if let blocks { readBlocks(blocks) } else { readCodes() }
        var row = SheetRow(
            prefix: .everything, initialIncrement: options.initialIncrement, nextIncrement: options.nextIncrement,
            validFrom: effective)
        row.destination = destination
        row.standing = readStanding()
        readPrices(&row)
        readIncrements(&row)
        readDates(&row)
        guard problems.isEmpty else { return .bad(problems) }
        return .rows(
            codes.map { code in
                row.prefix = code
                return row
            })
    }

    // MARK: Codes

    private mutating func readCodes() -> [DigitPrefix] {
        var leading = ""
        var field = Field.code
        if let area = text(.areaCode), layout.columns[.areaCode] != layout.columns[.code] {
            // A country's code in one column and the rest of it in another.
            leading = (text(.code) ?? "").filter { $0.isASCII && $0.isNumber }
            field = area.isEmpty ? .code : .areaCode
        }
        do {
            let list = try CodeList(text(field) ?? "", leading: leading)
            let codes = try list.codes.map { code throws(CodeList.Problem) in try numbering.complete(code) }
            return codes.compactMap { DigitPrefix($0) }
        } catch {
            refuse(field, error.expected)
            return []
        }
    }

    /// None of what has no numbers, where that may be so.
    private mutating func readBlocks(_ blocks: BlockCodes) -> [DigitPrefix] {
        let ocns = blocks.codes.usesOCN ? names(.ocn, BlockCodes.ocn, BlockCodes.ocnForm) : [nil]
        let latas = blocks.codes.usesLATA ? names(.lata, BlockCodes.lata, BlockCodes.lataForm) : [nil]
        var prefixes: [DigitPrefix] = []
        for ocn in ocns {
            for lata in latas {
                let found = blocks.prefixes(of: BlockCodes.Code(ocn: ocn, lata: lata))
                if found.isEmpty, !options.skipsUnknown { refuse(ocn, lata, blocks) }
                prefixes += found
            }
        }
        return prefixes
    }

    private mutating func names(
        _ field: Field, _ read: (Substring) -> String?, _ form: String
    ) -> [String?] {
        let parts = (text(field) ?? "").split { ";,|/".contains($0) }
        let names = parts.compactMap { read(Substring($0.trimmingCharacters(in: .whitespaces))) }
        if parts.isEmpty || names.count < parts.count { refuse(field, form) }
        return names
    }

    private mutating func refuse(_ ocn: String?, _ lata: String?, _ blocks: BlockCodes) {
        let remedy = "; --skip-unknown leaves it out"
        if let ocn, !blocks.isKnown(ocn: ocn) {
            refuse(.ocn, "an OCN that has blocks of numbers, unlike \(ocn)" + remedy)
        } else if let lata, !blocks.isKnown(lata: lata) {
            refuse(.lata, "a LATA that has blocks of numbers, unlike \(lata)" + remedy)
        } else if let ocn, let lata {
            refuse(.lata, "a LATA in which \(ocn) has blocks of numbers, unlike \(lata)" + remedy)
        }
    }

    private var destination: String {
        let parts = [text(.country), text(.destination)].compactMap(\.self)
        // "Germany" and "Germany Mobile" is said once.
        let text = parts.count == 2 && parts[1].hasPrefix(parts[0]) ? parts[1] : parts.joined(separator: " ")
        return text.forDisplay(100)
    }

    // MARK: What it costs

    /// Whether the row blocks or is passed over, each by its status or by a column of its own.
    private mutating func readStanding() -> SheetRow.Standing {
        let status = readStatus()
        let isBlocked = status == .blocked || flag(.blocked) == true
        let isDisabled = status == .disabled || flag(.disabled) == true || flag(.enabled) == false
        if isBlocked, isDisabled {
            let field = [Field.blocked, .disabled, .enabled, .status].first { text($0) != nil }
            refuse(field ?? .code, Self.blockedOrDisabled)
        }
        return isBlocked ? .blocked : isDisabled ? .disabled : .priced
    }

    static let blockedOrDisabled = "blocked or disabled, not both: either it hides the shorter codes or they count"

    private mutating func readStatus() -> SheetRow.Standing {
        guard let status = text(.status)?.lowercased() else { return .priced }
        if Self.blocked.contains(status) { return .blocked }
        if Self.disabled.contains(status) { return .disabled }
        // What becomes of a code that is no longer there is said for the whole file.
        if Self.gone.contains(status) { return options.blocksMissing ? .blocked : .disabled }
        if !Self.priced.contains(status) {
            refuse(.status, "increase, decrease, new, unchanged, removed, blocked or disabled")
        }
        return .priced
    }

    /// `nil` where nothing stands.
    private mutating func flag(_ field: Field) -> Bool? {
        guard let text = text(field)?.lowercased() else { return nil }
        if ["1", "y", "yes", "true", "t", "x", field.rawValue].contains(text) { return true }
        if !["0", "n", "no", "false", "f", "-"].contains(text) { refuse(field, "yes or no") }
        return false
    }

    private static let blocked: Set<String> = ["blocked", "block"]
    private static let disabled: Set<String> = ["disabled", "disable", "ignored", "ignore", "fall back", "fallback"]
    private static let gone: Set<String> = [
        "removed", "remove", "deleted", "delete", "discontinued", "closed", "end", "ended",
    ]
    private static let priced: Set<String> = [
        "increase", "increased", "decrease", "decreased", "new", "added", "add", "unchanged", "no change", "nochange",
        "same",
        "current", "change", "changed", "open", "active", "up", "down", "-",
    ]

    private mutating func readPrices(_ row: inout SheetRow) {
        row.prices.rate = price(.rate)
        row.prices.interstate = price(.interstate)
        row.prices.intrastate = price(.intrastate)
        row.prices.local = price(.local)
        row.prices.indeterminate = price(.indeterminate)
        row.prices.connectFee = price(.connectFee) ?? .zero
        let hasPrice = row.prices.rate != nil || (row.prices.interstate != nil && row.prices.intrastate != nil)
        if !hasPrice, row.standing == .priced, problems.isEmpty {
            let field = [Field.rate, .interstate, .intrastate].first { layout.columns[$0] != nil && text($0) == nil }
            refuse(field ?? .code, "a price, or both interstate and intrastate, or a status that says it is gone")
        }
    }

    private mutating func price(_ field: Field) -> Money? {
        guard var digits = text(field) else { return nil }
        if digits.first == "$" { digits.removeFirst() }
        if digits.first == "." { digits = "0" + digits }
        do {
            let rate = try Rate(parsing: digits)
            let isUnusual = field != .connectFee && (rate == .zero || rate > options.highestRate)
            if isUnusual, !options.takesUnusual {
                refuse(
                    field, "above 0 and at most \(options.highestRate) a minute; --accept-unusual takes it as it is")
            }
            return Money(units: rate.unitsPerMinute)
        } catch {
            refuse(field, Self.expected(error, digits))
            return nil
        }
    }

    private static func expected(_ error: MoneyError, _ text: String) -> String {
        if text.first == "=" { return "a number; this is a formula: export values" }
        switch error {
        case .tooManyDecimals: return "at most eight decimals"
        case .outOfRange: return "0 to \(Rate.maximum)"
        default: return "a number with a decimal point, like 0.0045"
        }
    }

    private mutating func readIncrements(_ row: inout SheetRow) {
        if let both = text(.increments) {
            let parts = both.split(whereSeparator: { $0 == "/" || $0 == ":" }).map { Int32($0.filter { $0 != " " }) }
            if let first = parts.first ?? nil, let next = parts.last ?? nil, parts.count <= 2 {
                (row.initialIncrement, row.nextIncrement) = (first, next)
            } else {
                refuse(.increments, "seconds, like 60/6")
            }
        }
        row.initialIncrement = seconds(.initialIncrement) ?? row.initialIncrement
        row.nextIncrement = seconds(.nextIncrement) ?? row.nextIncrement
        let bounds: ClosedRange<Int32> = 1...3600
        if !bounds.contains(row.initialIncrement) || !bounds.contains(row.nextIncrement) {
            let field = [Field.increments, .initialIncrement, .nextIncrement].first { layout.columns[$0] != nil }
            refuse(field ?? .code, "steps of 1 to 3600 seconds")
        }
    }

    private mutating func seconds(_ field: Field) -> Int32? {
        guard let text = text(field) else { return nil }
        guard let seconds = Int32(text) else {
            refuse(field, "whole seconds")
            return nil
        }
        return seconds
    }

    private mutating func readDates(_ row: inout SheetRow) {
        row.validFrom = time(.effectiveDate) ?? row.validFrom
        row.validTo = time(.endDate)
        if let end = row.validTo, end <= row.validFrom { refuse(.endDate, "later than when it begins") }
    }

    private mutating func time(_ field: Field) -> Date? {
        guard let text = text(field) else { return nil }
        guard let time = SheetTime.read(text, daysFirst: options.daysFirst) else {
            refuse(field, options.daysFirst ? SheetTime.form : SheetTime.form + "; --days-first reads 31/12/2026")
            return nil
        }
        return time
    }

    // MARK: Fields

    private typealias Field = SheetLayout.Field

    private func text(_ field: Field) -> String? {
        guard let column = layout.columns[field], column < record.count else { return nil }
        let text = record[column]
        return text.isEmpty ? nil : text
    }

    private mutating func refuse(_ field: Field, _ expected: String) {
        let column = layout.columns[field]
        problems.append(
            ImportProblem(
                line: record.line, column: column.map { $0 + 1 } ?? 0, field: column.map { layout.names[$0] } ?? "",
                value: text(field) ?? "", expected: expected))
    }
}
