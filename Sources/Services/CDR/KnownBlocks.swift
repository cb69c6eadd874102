import Foundation
import Postgres

/// Who has a block of numbers on a day, and where area codes are: of each block and day the database is asked once
/// (`ref.find_block()`), until the reference data changes.
actor KnownBlocks {
    /// Who has a block, as far as it is known.
    struct Owner: Sendable {
        var ocn: String?
        var lata: String?
    }

    /// A number's thousand in North America, on a day in UTC.
    private struct Key: Hashable {
        let thousand: Substring
        let day: Int
    }

    private var version = -1
    private var owners: [Key: Owner] = [:]
    private var regions: [Substring: String] = [:]

    private static let maximumCount = 1_000_000

    /// The ends of each call, in the order of the calls.
    func ends(of calls: [RawCall], _ session: Connection) async throws -> [CallEnds] {
        let version =
            try await session.run("select version from core.snapshot_versions where name = 'reference'")
            .value(Int.self) ?? 0
        if version != self.version || owners.count > Self.maximumCount {
            let rows = try await session.run("select npa, region from ref.npa where region is not null")
                .decode(String.self, String.self)
            (owners, self.version) = ([:], version)
            regions = Dictionary(uniqueKeysWithValues: rows.map { (Substring($0), $1) })
        }
        let keys = calls.map { Self.key($0) }
        // Held apart, because another batch may forget all while this one waits.
        var known: [Key: Owner] = [:]
        for case let key? in keys { known[key] = owners[key] }
        let found = try await Self.read(calls, keys, lackingIn: known, session)
        known.merge(found) { _, found in found }
        if version == self.version { owners.merge(found) { _, found in found } }
        return zip(calls, keys).map { call, key in ends(of: call, key.flatMap { known[$0] }) }
    }

    private func ends(of call: RawCall, _ owner: Owner?) -> CallEnds {
        var ends = call.ends
        // A place that the router did not know is one that it did not price by.
        if call.jurisdiction == nil {
            ends.fromState = Self.areaCode(call.fromNumber).flatMap { regions[$0] }
            ends.toState = Self.areaCode(call.ends.lrn ?? call.toNumber).flatMap { regions[$0] }
        }
        ends.ocn = owner?.ocn
        ends.lata = ends.lata ?? owner?.lata
        return ends
    }

    private static func read(
        _ calls: [RawCall], _ keys: [Key?], lackingIn known: [Key: Owner], _ session: Connection
    ) async throws -> [Key: Owner] {
        var lacking: [Key: RawCall] = [:]
        for case (let call, let key?) in zip(calls, keys) where known[key] == nil { lacking[key] = call }
        if lacking.isEmpty { return [:] }
        let wanted = Array(lacking)
        let rows = try await session.run(
            """
            select b.ocn, b.lata
              from unnest(\(wanted.map { $0.value.ends.lrn ?? $0.value.toNumber ?? "" }),
                          \(wanted.map(\.value.startedAt))) with ordinality as c (number, started_at, turn)
              left join lateral ref.find_block(c.number, c.started_at) b on true
             order by c.turn
            """, deadline: .seconds(60)
        ).decode(String?.self, String?.self)
        return Dictionary(uniqueKeysWithValues: zip(wanted, rows).map { ($0.key, Owner(ocn: $1.0, lata: $1.1)) })
    }

    private static func key(_ call: RawCall) -> Key? {
        guard let number = call.ends.lrn ?? call.toNumber, number.hasPrefix("+1"), number.utf8.count == 12
        else { return nil }
        return Key(
            thousand: number.prefix(9), day: Int((call.startedAt.timeIntervalSince1970 / 86_400).rounded(.down)))
    }

    private static func areaCode(_ number: String?) -> Substring? {
        guard let number, number.hasPrefix("+1"), number.utf8.count == 12 else { return nil }
        return number.dropFirst(2).prefix(3)
    }
}
