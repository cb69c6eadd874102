/// Which column of the file of a list holds what.
struct ListLayout: Sendable, Equatable {
    enum Field: String, CaseIterable, Sendable {
        case npa, nxx, npaNXX, toNPA, toNXX, toNPANXX, validFrom, validTo, number, lrn, spid
    }

    let columns: [Field: Int]
    /// What the file calls its columns; empty where it has no header.
    let names: [String]

    /// How many fields a record must have. Those behind it may be missing: they say what need not be said.
    var requiredCount: Int {
        let optional: Set<Field> = [.validFrom, .validTo, .spid]
        return (columns.filter { !optional.contains($0.key) }.values.max() ?? 0) + 1
    }

    /// What columns are called, the better name first: letters and digits alone, in lower case.
    static let aliases: [Field: [String]] = [
        .npa: ["npa", "fromnpa", "callingnpa", "orignpa", "npa1"],
        .nxx: ["nxx", "fromnxx", "callingnxx", "orignxx", "nxx1"],
        .npaNXX: ["npanxx", "fromnpanxx", "callingnpanxx", "orignpanxx", "from"],
        .toNPA: ["tonpa", "callednpa", "termnpa", "localnpa", "npa2"],
        .toNXX: ["tonxx", "callednxx", "termnxx", "localnxx", "nxx2"],
        .toNPANXX: ["tonpanxx", "callednpanxx", "termnpanxx", "localnpanxx", "to"],
        .validFrom: ["validfrom", "effectivedate", "effdate", "startdate"],
        .validTo: ["validto", "enddate", "expirationdate", "disconnectdate"],
        .number: ["number", "tn", "telephonenumber", "phonenumber", "phone", "did", "e164"],
        .lrn: ["lrn", "routingnumber", "locationroutingnumber", "rn"],
        .spid: ["spid", "serviceproviderid", "newspid"],
    ]

    /// The layout that a header tells; `nil` when it does not tell what the list needs.
    init?(header: [String], of list: PublishedList) {
        let plain = header.map { String($0.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }) }
        var columns: [Field: Int] = [:]
        for field in list.fields {
            columns[field] = Self.aliases[field]?.lazy.compactMap { plain.firstIndex(of: $0) }.first
        }
        func has(_ fields: Field...) -> Bool { fields.allSatisfy { columns[$0] != nil } }
        switch list {
        case .localAreas:
            guard has(.npa, .nxx) || has(.npaNXX), has(.toNPA, .toNXX) || has(.toNPANXX) else { return nil }
        case .portedNumbers:
            guard has(.number, .lrn) else { return nil }
        }
        self.columns = columns
        names = header
    }

    /// The usual order of a file without a header, whose first record this is; `nil` when it cannot be one.
    init?(firstRecord record: [String], of list: PublishedList) {
        let digits = record.map { field in field.filter { $0.isNumber }.count }
        let order: [Field]
        switch list {
        case .localAreas where digits.count >= 4 && digits.prefix(4) == [3, 3, 3, 3]:
            order = [.npa, .nxx, .toNPA, .toNXX, .validFrom, .validTo]
        case .localAreas where digits.count >= 2 && digits.prefix(2) == [6, 6]:
            order = [.npaNXX, .toNPANXX, .validFrom, .validTo]
        case .portedNumbers where digits.count >= 2 && digits.prefix(2).allSatisfy((10...11).contains):
            order = [.number, .lrn, .spid]
        default: return nil
        }
        columns = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
        names = []
    }

    /// Publishers put a title or a date above the header.
    private static let linesBeforeHeader = 5

    /// Reads up to the header.
    /// - Returns: the layout, and whether the record that was read last is one of the list already.
    static func read(_ reader: DelimitedReader, of list: PublishedList) throws -> (ListLayout, isAtRecord: Bool) {
        for _ in 0...linesBeforeHeader {
            guard try reader.next() else { break }
            let record = (0..<reader.count).map { reader[$0] }
            if let layout = ListLayout(header: record, of: list) { return (layout, false) }
            if let layout = ListLayout(firstRecord: record, of: list) { return (layout, true) }
        }
        let needed =
            switch list {
            case .localAreas: "NPA, NXX, TO NPA and TO NXX, or with NPA-NXX and TO NPA-NXX"
            case .portedNumbers: "NUMBER and LRN"
            }
        throw ImportFailure("the file has no header with \(needed) in its first lines")
    }
}

extension PublishedList {
    var fields: [ListLayout.Field] {
        switch self {
        case .localAreas: [.npa, .nxx, .npaNXX, .toNPA, .toNXX, .toNPANXX, .validFrom, .validTo]
        case .portedNumbers: [.number, .lrn, .spid]
        }
    }
}
