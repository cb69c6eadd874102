/// Where numbers of country code 1 belong, as the reference data has it on a day.
package struct NumberPlaces: Sendable {
    package let areaCodes: AreaCodeTable
    package let blocks: BlockTable
    package let localAreas: LocalCallingAreas

    package init(
        areaCodes: AreaCodeTable, blocks: BlockTable = .empty, localAreas: LocalCallingAreas = .empty
    ) {
        self.areaCodes = areaCodes
        self.blocks = blocks
        self.localAreas = localAreas
    }

    /// Where a number belongs: by its block where that is known, else by its area code.
    package func place(of number: E164) -> NumberPlace? {
        if let region = blocks.region(of: number) { return NumberPlace(region: region, source: .block) }
        return areaCodes.region(of: number).map { NumberPlace(region: $0, source: .areaCode) }
    }
}

/// Where a number belongs, and how that is known.
package struct NumberPlace: Sendable, Hashable {
    /// The raw value is that of the database.
    package enum Source: String, Sendable, Hashable, CaseIterable {
        /// The block of thousand numbers or the exchange: NPA-NXX-Y or NPA-NXX, of the LERG or the administrators.
        case block
        case areaCode = "area_code"
    }

    package let region: Region
    package let source: Source
}
