/// Which column of a file of blocks holds what.
struct BlockLayout: Sendable, Equatable {
    enum Field: String, CaseIterable {
        case npa, nxx, npaNXX, block, status, effectiveDate, ocn, company, companyType, lata, rateCentre, state, country
    }

    let columns: [Field: Int]
    /// What the file calls its columns.
    let names: [String]

    /// How many fields a record must have: what is cut behind the last one that counts was cut by accident.
    var requiredCount: Int { (columns.values.max() ?? 0) + 1 }

    /// Whether the file speaks of provinces, as the Canadian administrator's do.
    var isCanadian: Bool { columns[.state].map { Self.plain(names[$0]) == "province" } ?? false }

    /// The names that publishers have used, the better one first: letters and digits alone, in lower case. The code
    /// holder of a file of blocks is missing on purpose: it has the exchange, and another may have the block.
    static let aliases: [Field: [String]] = [
        .npa: ["npa", "areacode"],
        .nxx: ["nxx", "cocode", "cocodenxx", "centralofficecode", "exchange"],
        .npaNXX: ["npanxx", "npanxxx", "npanxxy"],
        .block: ["block", "blockid", "x", "y", "thousandsblock", "thousands"],
        .status: ["status", "use", "usestatus", "blockstatus", "assignmentstatus"],
        .effectiveDate: ["effectivedate", "effdate", "blockeffectivedate", "codeeffectivedate"],
        .ocn: ["blockholderocn", "ocn", "operatingcompanynumber", "companycode"],
        .company: ["blockholder", "blockholdername", "company", "companyname", "carrier", "ocnname", "assignedto"],
        .companyType: ["companytype", "category", "ocntype"],
        .lata: ["lata", "ratecenterlata", "rclata"],
        .rateCentre: ["ratecenter", "ratecentre", "ratecentername", "rcabbre", "exchangearea"],
        .state: ["state", "locstate", "province", "stateabbreviation"],
        .country: ["country", "countrycode"],
    ]

    /// The columns of a LERG 6 file without a header, in their order.
    private static let lerg6 = [
        "LATA", "LATA NAME", "STATUS", "EFF DATE", "NPA", "NXX", "BLOCK ID", "FILLER", "COC TYPE", "SSC", "DIND",
        "TD EO", "TD AT", "PORTABLE", "AOCN", "FILLER", "OCN", "LOC NAME", "LOC", "LOC STATE", "RC ABBRE", "RC TYPE",
        "LINE FROM", "LINE TO", "SWITCH", "SHA INDICATOR", "FILLER", "TEST LINE NUMBER", "TEST LINE RESPONSE",
        "TEST LINE EXPIRATION DATE", "BLK 1000 POOL", "RC LATA", "FILLER", "CREATION DATE", "FILLER", "E STATUS DATE",
        "FILLER", "LAST MODIFICATION DATE", "FILLER",
    ]

    /// The layout that a header tells; `nil` when the record is none.
    init?(header: [String]) {
        let plain = header.map(Self.plain)
        var columns: [Field: Int] = [:]
        for (field, names) in Self.aliases {
            columns[field] = names.lazy.compactMap { plain.firstIndex(of: $0) }.first
        }
        guard columns[.npaNXX] != nil || (columns[.npa] != nil && columns[.nxx] != nil) else { return nil }
        self.columns = columns
        names = header
    }

    /// The layout of a file without a header whose first record this is; `nil` when it is none of LERG 6.
    init?(lerg6 record: [String]) {
        guard record.count == Self.lerg6.count, NumberingPlan.isCode(record[4]), NumberingPlan.isCode(record[5]),
            let layout = BlockLayout(header: Self.lerg6)
        else { return nil }
        self = layout
    }

    private static func plain(_ name: String) -> String {
        String(name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
    }
}

extension BlockLayout {
    /// Publishers put a title or a date above the header.
    private static let linesBeforeHeader = 5

    /// Reads up to the header.
    /// - Returns: the layout, and whether the record that was read last is one of a block already.
    static func read(_ reader: DelimitedReader, of file: BlockFile) throws -> (BlockLayout, isAtRecord: Bool) {
        for _ in 0...linesBeforeHeader {
            guard try reader.next() else { break }
            let record = (0..<reader.count).map { reader[$0] }
            if let layout = BlockLayout(header: record) { return (layout, false) }
            if file == .lerg, let layout = BlockLayout(lerg6: record) { return (layout, true) }
        }
        throw ImportFailure(
            "the file has no header with NPA and NXX, or with NPA-NXX, in its first lines"
                + (file == .lerg ? ", and is no LERG 6 file of \(lerg6.count) columns either" : ""))
    }
}
