package import Foundation
package import Postgres
import Telecom

/// Says what a version of a deck or rate plan would have made of the calls of the last days.
package struct PreviewSheet: Sendable {
    private let database: Database

    /// - Parameter database: as the engine.
    package init(_ database: Database) { self.database = database }

    /// Calls are counted so far and no further.
    package static let mostCounted = 5_000_000
    /// Rows that begin later are taken for what is not decided yet.
    private static let farthestDays = 92.0
    /// Rows that begin at once may begin a little later by the clock of the database.
    private static let clockDifference = 60.0

    /// What the traffic says of a version.
    package struct Impact: Sendable {
        /// When the calls began that were looked for.
        package let span: Range<Date>
        package let currency: String
        /// How many there were; `mostCounted` or more.
        package let calls: Int
        /// From when on they were made again; nil without calls.
        package internal(set) var asOf: Date?
        /// Whether that is later than the publication, because rows of the version begin or end until then.
        package internal(set) var waitsForRows = false
        /// Whether calls are priced by the sheet: a suspended deck is as if it were not there.
        package internal(set) var isUsed = true
        package internal(set) var sums = ReplaySums()
        /// The worst first.
        package internal(set) var unpriced: [UnpricedCodes.Code] = []
    }

    /// - Parameters:
    ///   - old: the version before; what holds when `nil`.
    ///   - publishing: when the new version is to hold from.
    ///   - days: how far back calls are looked for.
    ///   - most: how many are replayed at most, the last ones.
    package func callAsFunction(
        _ sheet: Sheet, from old: Int? = nil, to new: Int, publishing: Date = Date(), days: Int = 7,
        most: Int = 200_000
    ) async throws -> Impact {
        let now = Date()
        let span = now.addingTimeInterval(-Double(days) * 86_400)..<now
        let selection = ReplayCalls.Selection(span, currency: sheet.currency, most: most)
        let replay = ReplayCalls(database, tenant: sheet.tenantID)
        var impact = Impact(
            span: span, currency: sheet.currency, calls: try await replay.count(selection, upTo: Self.mostCounted))
        guard impact.calls > 0 else { return impact }

        let settled = try await settled(sheet, new, from: publishing)
        let asOf = settled.map { max($0, publishing) } ?? publishing
        impact.asOf = asOf
        impact.waitsForRows = asOf > publishing.addingTimeInterval(Self.clockDifference)
        let (before, after) = try await RehearseRouting(database)(
            before: old.map { [sheet.key: $0] } ?? [:], after: [sheet.key: new], of: sheet.tenantID)
        impact.isUsed = after.isUsed(sheet.key)
        var unpriced = UnpricedCodes(try await watched(sheet, before, after))
        impact.sums = try await replay(selection, by: before, and: after, at: asOf) { replayed, isLost in
            unpriced.add(replayed, isLost: isLost)
        }
        impact.unpriced = try await named(unpriced.sorted, sheet, old)
        return impact
    }

    /// When the last of the version's rows begins or ends; nil when none does after that time. Of what is compared that
    /// is the end state, as `routing.compare_sheets` has it.
    private func settled(_ sheet: Sheet, _ version: Int, from time: Date) async throws -> Date? {
        let farthest = time.addingTimeInterval(Self.farthestDays * 86_400)
        return try await database.run(
            """
            select max(t) from \(sheet.kind.table) r, lateral (values (r.valid_from), (r.valid_to)) as turns (t)
             where r.tenant_id = \(sheet.tenantID) and r.\(sheet.kind.key) = \(sheet.id)
               and r.\(sheet.kind.version) = \(Int32(version)) and t > \(time) and t <= \(farthest)
            """, deadline: ImportSheet.statementLimit
        ).value(Date?.self) ?? nil
    }

    private func watched(
        _ sheet: Sheet, _ before: RehearsedRouting, _ after: RehearsedRouting
    ) async throws -> UnpricedCodes.Sheet {
        guard sheet.kind == .deck else { return .plan(sheet.id) }
        let trunks = try await database.run(
            """
            select carrier_trunk_id from routing.decks where tenant_id = \(sheet.tenantID) and id = \(sheet.id)
            union
            select carrier_trunk_id from routing.carrier_trunk_decks
             where tenant_id = \(sheet.tenantID) and deck_id = \(sheet.id)
            """
        ).values(UUID.self)
        return .deck(
            before: before.outbound(sheet.key), after: after.outbound(sheet.key), carrierTrunks: Set(trunks))
    }

    /// With what the version before calls the codes.
    private func named(
        _ codes: [UnpricedCodes.Code], _ sheet: Sheet, _ version: Int?
    ) async throws -> [UnpricedCodes.Code] {
        guard !codes.isEmpty else { return codes }
        let names = try await database.run(
            """
            select distinct on (r.prefix) r.prefix, r.destination from \(sheet.kind.table) r
             where r.tenant_id = \(sheet.tenantID) and r.\(sheet.kind.key) = \(sheet.id)
               and r.\(sheet.kind.version) = coalesce(\(version.map { Int32($0) }),
                                                     routing.sheet_version_at(\(sheet.tenantID), \(sheet.id)))
               and r.prefix = any(\(Array(Set(codes.map(\.prefix))))) and r.destination <> ''
             order by r.prefix, r.valid_from desc
            """, deadline: ImportSheet.statementLimit
        ).decode(String.self, String.self)
        let destinations = Dictionary(names) { first, _ in first }
        return codes.map { code in
            var code = code
            code.destination = destinations[code.prefix] ?? ""
            return code
        }
    }
}

extension UnpricedCodes.Code {
    package static let csvHeader = "code,destination,reason,calls,talk_s,own_calls,own_talk_s,calls_without_route\n"

    /// As a line of a CSV file.
    package var csv: String {
        // A name out of a file may hold anything; no cell is to be a formula.
        let name = destination.filter { $0 != "\"" && !$0.isNewline }.drop { "=+-@\t".contains($0) }
        let numbers = "\(calls),\(talkSeconds),\(ownCalls),\(ownTalkSeconds),\(lost)"
        return "\(prefix),\"\(name)\",\(reason.rawValue),\(numbers)\n"
    }
}
