import Telecom

/// One record of a file, being read as a row of a list: what each field means, and what is wrong with it.
struct ListLine {
    /// What a record comes to.
    enum Reading: Equatable {
        /// In the order of the list's keys and values; empty for nothing.
        case row([String])
        /// It says nothing that is kept; why not.
        case leftOut(String)
        case bad([ImportProblem])
    }

    private let record: DelimitedReader
    private let layout: ListLayout
    private var problems: [ImportProblem] = []

    init(_ record: DelimitedReader, _ layout: ListLayout) {
        self.record = record
        self.layout = layout
    }

    mutating func read(as list: PublishedList) -> Reading {
        if layout.columns.keys.allSatisfy({ text($0) == nil }) { return .leftOut("empty") }
        guard record.count >= layout.requiredCount else {
            let problem = ImportProblem(
                line: record.line, column: 0, field: "", value: "\(record.count) fields",
                expected: "at least \(layout.requiredCount) fields")
            return .bad([problem])
        }
        let reading =
            switch list {
            case .localAreas: localArea()
            case .portedNumbers: portedNumber()
            }
        return problems.isEmpty ? reading : .bad(problems)
    }

    // MARK: Local calling areas

    private mutating func localArea() -> Reading {
        let from = exchange(.npa, .nxx, whole: .npaNXX)
        let reached = exchange(.toNPA, .toNXX, whole: .toNPANXX)
        let begins = day(.validFrom)
        let ends = day(.validTo)
        if let ends, ends <= begins ?? .beginning { refuse(.validTo, "a day after the first one") }
        return .row(
            [
                from.npa, from.nxx, reached.npa, reached.nxx, (begins ?? .beginning).description,
                ends?.description ?? "",
            ])
    }

    private mutating func exchange(
        _ npaField: ListLayout.Field, _ nxxField: ListLayout.Field, whole: ListLayout.Field
    ) -> (npa: String, nxx: String) {
        if layout.columns[npaField] != nil, layout.columns[nxxField] != nil {
            let codes = (text(npaField) ?? "", text(nxxField) ?? "")
            if !NumberingPlan.isCode(codes.0) { refuse(npaField, Self.codeForm) }
            if !NumberingPlan.isCode(codes.1) { refuse(nxxField, Self.codeForm) }
            return codes
        }
        let code = (text(whole) ?? "").filter { $0 != "-" && $0 != " " }
        let codes = (String(code.prefix(3)), String(code.dropFirst(3)))
        if !NumberingPlan.isCode(codes.0) || !NumberingPlan.isCode(codes.1) {
            refuse(whole, "area code and exchange, like 212-555")
        }
        return codes
    }

    private static let codeForm = "three digits, the first 2 to 9"

    private mutating func day(_ field: ListLayout.Field) -> CalendarDay? {
        guard let text = text(field) else { return nil }
        let day = CalendarDay(text)
        if day == nil { refuse(field, "a date like 11/01/2026, 2026-11-01 or 20261101") }
        return day
    }

    // MARK: Ported numbers

    /// A number without a routing number, or with its own, is listed and not ported.
    private mutating func portedNumber() -> Reading {
        guard let number = text(.number).flatMap({ E164(northAmerican: $0) }), number.isNANP,
            NorthAmerica.problem(with: number) == nil
        else {
            refuse(.number, "a number of North America, like +12125550100 or 2125550100")
            return .leftOut("")
        }
        guard let text = text(.lrn) else { return .leftOut("without a routing number") }
        guard let routing = E164(northAmerican: text), NumberPorting(routingNumber: routing, .dip) != nil else {
            refuse(.lrn, "a routing number of North America, like +12015550000 or 2015550000")
            return .leftOut("")
        }
        let spid = self.text(.spid)?.uppercased() ?? ""
        if !spid.isEmpty, spid.utf8.count != 4 || !spid.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) {
            refuse(.spid, "four letters or digits")
        }
        return routing == number ? .leftOut("not ported") : .row([number.description, routing.description, spid])
    }

    // MARK: Fields

    /// What stands in the field; `nil` for nothing.
    private func text(_ field: ListLayout.Field) -> String? {
        guard let column = layout.columns[field], column < record.count else { return nil }
        let text = record[column]
        return text.isEmpty ? nil : text
    }

    private mutating func refuse(_ field: ListLayout.Field, _ expected: String) {
        guard let column = layout.columns[field] else { return }
        problems.append(
            ImportProblem(
                line: record.line, column: column + 1,
                field: column < layout.names.count ? layout.names[column] : field.rawValue, value: text(field) ?? "",
                expected: expected))
    }
}
