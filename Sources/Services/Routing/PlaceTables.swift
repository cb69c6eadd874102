import Foundation
import Postgres
package import Telecom

/// Where numbers belong, as the reference data has it today (UTC). It is large and seldom changes: it is read again
/// when its version was raised, or when the day is over on which it was read, because blocks begin on days.
package struct PlaceTables: Sendable {
    let version: Int
    package let places: NumberPlaces
    /// When another day begins; nil where nothing depends on the day.
    let until: Date?

    init(_ session: Connection, keeping previous: PlaceTables?) async throws {
        let version =
            try await session.run("select version from core.snapshot_versions where name = 'reference'").value(Int.self)
        if let previous, previous.version == version ?? 0, previous.until.map({ $0 > Date() }) ?? true {
            self = previous
            return
        }
        self.version = version ?? 0
        places = NumberPlaces(
            areaCodes: try await Self.areaCodes(session), blocks: try await Self.blocks(session),
            localAreas: try await Self.localAreas(session))
        until =
            places.blocks.isEmpty && places.localAreas.isEmpty
            ? nil
            : try await session.run(
                "select ((now() at time zone 'UTC')::date + 1)::timestamp at time zone 'UTC'"
            ).value(Date.self)
    }

    /// For each of the statements that read every row.
    private static let statementLimit = Duration.seconds(300)

    static func areaCodes(_ session: Connection) async throws -> AreaCodeTable {
        let rows = try await session.run("select npa::int8, country, region from ref.npa")
        return AreaCodeTable(
            try rows.decode(Int.self, String.self, String?.self).compactMap { npa, country, region in
                PlaceCode(country).map {
                    AreaCodeRow(
                        areaCode: npa, region: Region(country: $0, subdivision: region.flatMap { PlaceCode($0) }))
                }
            })
    }

    /// In the opposite order of `ref.find_block`: what counts more comes later and takes the place of what counts less.
    private static func blocks(_ session: Connection) async throws -> BlockTable {
        let rows = try await session.run(
            """
            select b.npa::int8 * 1000 + b.nxx::int8, b.block, b.country, b.state, b.lata, b.ocn, b.rate_centre
              from (select distinct on (npa, nxx, block, source) *
                      from ref.npa_nxx_blocks
                     where valid_from <= (now() at time zone 'UTC')::date
                     order by npa, nxx, block, source, valid_from desc) b
             where not b.is_disconnect
             order by b.source <> 'lerg' desc, b.block = 'A' desc, b.source desc
            """, deadline: statementLimit)
        var builder = BlockTableBuilder()
        for row in rows {
            let country = try row.column(2, as: String?.self).flatMap { PlaceCode($0) }
            let state = try row.column(3, as: String?.self).flatMap { PlaceCode($0) }
            builder.add(
                try row.column(0), thousands: Int(try row.column(1, as: String.self)),
                BlockPlace(
                    region: country.flatMap { region($0, state) }, lata: try row.column(4),
                    companyNumber: try row.column(5), rateCentre: try row.column(6)))
        }
        return builder.build()
    }

    /// A block of the US or Canada that does not say which state tells less than the area code.
    private static func region(_ country: PlaceCode, _ state: PlaceCode?) -> Region? {
        if state == nil, country == .unitedStates || country == .canada { return nil }
        return Region(country: country, subdivision: state)
    }

    private static func localAreas(_ session: Connection) async throws -> LocalCallingAreas {
        let rows = try await session.run(
            """
            select npa::int8 * 1000 + nxx::int8, array_agg(distinct to_npa::int8 * 1000 + to_nxx::int8)
              from ref.local_calling_areas
             where valid_from <= (now() at time zone 'UTC')::date
               and (valid_to > (now() at time zone 'UTC')::date or valid_to is null)
             group by 1
            """, deadline: statementLimit)
        return LocalCallingAreas(try rows.decode(Int.self, [Int].self).map { (exchange: $0, reached: $1) })
    }
}
