/// One record of a file, being read as a block: what each field means, and what is wrong with it.
struct BlockLine {
    /// What a record comes to.
    enum Reading: Equatable {
        case row(BlockRow)
        /// It is about no block that somebody has; why not.
        case leftOut(String)
        case bad([ImportProblem])
    }

    private let record: DelimitedReader
    private let layout: BlockLayout
    private let source: BlockSource
    private let plan: NumberingPlan
    private var problems: [ImportProblem] = []

    private static let codeForm = "three digits, the first 2 to 9"

    init(_ record: DelimitedReader, _ layout: BlockLayout, _ source: BlockSource, _ plan: NumberingPlan) {
        self.record = record
        self.layout = layout
        self.source = source
        self.plan = plan
    }

    mutating func read() -> Reading {
        if let reason = reasonToLeaveOut { return .leftOut(reason) }
        guard record.count >= layout.requiredCount else {
            let expected = "at least \(layout.requiredCount) fields"
            let problem = ImportProblem(
                line: record.line, column: 0, field: "", value: "\(record.count) fields", expected: expected)
            return .bad([problem])
        }
        var row = BlockRow()
        readCode(&row)
        readDate(&row)
        readCompany(&row)
        readPlace(&row)
        return problems.isEmpty ? .row(row) : .bad(problems)
    }

    /// Administrators list what nobody has as well: available, reserved, protected, retained. What their statuses are
    /// called besides is not ours to judge, so all others are counted by name. Under the last block the Canadian files
    /// have a line with a remark alone.
    private var reasonToLeaveOut: String? {
        if layout.columns.keys.allSatisfy({ text($0) == nil }) { return "empty" }
        guard source != .lerg else { return nil }
        guard layout.columns[.status] != nil else {
            return text(.ocn) == nil && text(.company) == nil ? "without a company" : nil
        }
        guard let status = text(.status) else { return "without a status" }
        return Self.assigned.contains(status.uppercased()) ? nil : status
    }

    private static let assigned: Set<String> = ["AS", "IS", "ASSIGNED", "IN SERVICE"]

    // MARK: The block

    private mutating func readCode(_ row: inout BlockRow) {
        var block = text(.block)
        if layout.columns[.npa] != nil && layout.columns[.nxx] != nil {
            row.npa = text(.npa) ?? ""
            row.nxx = text(.nxx) ?? ""
            if !NumberingPlan.isCode(row.npa) { refuse(.npa, Self.codeForm) }
            if !NumberingPlan.isCode(row.nxx) { refuse(.nxx, Self.codeForm) }
        } else {
            let code = (text(.npaNXX) ?? "").filter { $0 != "-" && $0 != " " }
            row.npa = String(code.prefix(3))
            row.nxx = String(code.dropFirst(3).prefix(3))
            if code.count == 7 { block = block ?? String(code.suffix(1)) }
            if !(6...7).contains(code.count) || !NumberingPlan.isCode(row.npa) || !NumberingPlan.isCode(row.nxx) {
                refuse(.npaNXX, "area code and exchange, like 212-555, perhaps with a thousands digit")
            }
        }
        row.block = block?.uppercased() ?? "A"
        if row.block.utf8.count != 1 || !"A0123456789".contains(row.block) {
            refuse(layout.columns[.block] == nil ? .npaNXX : .block, "a digit, A for the whole exchange, or nothing")
        }
    }

    // MARK: The date

    /// The LERG says what happens on a date: E a block is established, M something of it changes, D it is
    /// disconnected. Without a status a row is what was in force when the file was made.
    private mutating func readDate(_ row: inout BlockRow) {
        if let text = text(.effectiveDate) {
            if let day = CalendarDay(text) {
                row.validFrom = day
            } else {
                refuse(.effectiveDate, "a date like 11/01/2026, 2026-11-01 or 20261101")
            }
        }
        guard source == .lerg, let status = text(.status)?.uppercased() else { return }
        row.isDisconnect = status == "D"
        if !["E", "M", "D"].contains(status) {
            refuse(.status, "E, M, D or nothing")
        } else if text(.effectiveDate) == nil {
            refuse(.effectiveDate, "a date, because the status is \(status)")
        }
    }

    // MARK: Who has it

    /// An OCN that stands for several companies tells none.
    private mutating func readCompany(_ row: inout BlockRow) {
        row.ocn = value(.ocn)?.uppercased()
        if row.ocn == "MULT" { row.ocn = nil }
        if let ocn = row.ocn, ocn.utf8.count != 4 || !ocn.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
            refuse(.ocn, "four letters or digits")
        }
        row.company = printable(.company) ?? ""
        row.companyType = value(.companyType).flatMap { Self.companyTypes[$0.uppercased()] } ?? "other"
    }

    /// Values of `ref.company_type` by what they are called here, and by the categories of NECA's company codes. What
    /// is none of them is another kind of company.
    private static let companyTypes = [
        "ILEC": "ilec", "ICO": "ilec", "RBOC": "rboc", "CLEC": "clec", "ULEC": "clec", "CAP": "clec",
        "L RESELL": "clec", "WIRELESS": "wireless", "PCS": "wireless", "W RESELL": "wireless", "CABLE": "cable",
        "VOIP": "voip", "IPES": "voip", "PAGING": "paging",
    ]

    // MARK: Where it is

    private mutating func readPlace(_ row: inout BlockRow) {
        row.lata = value(.lata)
        if let lata = row.lata, !(3...5).contains(lata.utf8.count) || Int(lata) == nil {
            refuse(.lata, "three to five digits")
        }
        row.rateCentre = printable(.rateCentre)
        let state = value(.state)?.uppercased()
        if let state, state.utf8.count != 2 || !state.allSatisfy({ $0.isASCII && $0.isLetter }) {
            refuse(.state, "two letters")
        }
        var country = value(.country)?.uppercased()
        if let name = country, let code = ["USA": "US", "CAN": "CA"][name] { country = code }
        if let country, !plan.countries.contains(country) { refuse(.country, "a code of ISO 3166 of two letters") }
        row.country = country ?? plan.countryOfAreaCode[row.npa] ?? state.flatMap { plan.countryOfState[$0] }
        row.state = row.country == "US" || row.country == "CA" ? state : nil
    }

    // MARK: Fields

    /// What stands in the field; `nil` for nothing.
    private func text(_ field: BlockLayout.Field) -> String? {
        guard let column = layout.columns[field], column < record.count else { return nil }
        let text = record[column]
        return text.isEmpty ? nil : text
    }

    /// The same where these files write a row of X for what does not apply.
    private func value(_ field: BlockLayout.Field) -> String? {
        guard let text = text(field), text.count < 2 || !text.allSatisfy({ $0 == "X" }) else { return nil }
        return text
    }

    private mutating func printable(_ field: BlockLayout.Field) -> String? {
        let text = value(field)
        if let text, text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
            refuse(field, "text without control characters")
        }
        return text
    }

    private mutating func refuse(_ field: BlockLayout.Field, _ expected: String) {
        guard let column = layout.columns[field] else { return }
        problems.append(
            ImportProblem(
                line: record.line, column: column + 1, field: layout.names[column], value: text(field) ?? "",
                expected: expected))
    }
}
