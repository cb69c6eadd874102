/// One assigned area code: a row of the reference data made from libphonenumber or from NANPA's report.
package struct AreaCodeRow: Sendable, Hashable {
    /// 200…999.
    package let areaCode: Int
    package let region: Region

    package init(areaCode: Int, region: Region) {
        self.areaCode = areaCode
        self.region = region
    }
}

/// Which place an area code (NPA) of country code 1 belongs to. No row means unknown, and unknown is never equal to
/// anything: a call is intrastate only when both states are known.
package struct AreaCodeTable: Sendable {
    private let regions: [Region?]
    /// How many area codes have a place.
    package let count: Int

    package static let empty = AreaCodeTable([])

    /// - Parameter rows: a later row for the same area code replaces an earlier one; codes outside 200…999 are ignored.
    package init(_ rows: [AreaCodeRow]) {
        var regions = [Region?](repeating: nil, count: 1000)
        for row in rows where (200...999).contains(row.areaCode) { regions[row.areaCode] = row.region }
        self.regions = regions
        count = regions.count { $0 != nil }
    }

    package var isEmpty: Bool { count == 0 }

    /// The place of a number with country code 1; nil for any other number, and for an area code without a place.
    package func region(of number: E164) -> Region? {
        number.isNANP ? regions[NorthAmerica.areaCode(of: number)] : nil
    }
}
