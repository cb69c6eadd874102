import Foundation
import Postgres
import TestSupport
import Testing

/// core.uuid_v7: ids that lie side by side when they were made side by side.
@Suite(.database) struct UuidV7Tests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `has the version, the variant and the time of RFC 9562`() async throws {
        let before = Date()
        let ids = try await db.owner.run("select core.uuid_v7() from generate_series(1, 1000)").decode(UUID.self)
        let after = Date()
        for id in ids {
            let hex = id.uuidString.filter { $0 != "-" }
            #expect(hex.dropFirst(12).first == "7")
            #expect(hex.dropFirst(16).first.map { "89AB".contains($0) } == true)
            let milliseconds = try #require(UInt64(hex.prefix(12), radix: 16))
            let made = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            #expect(before.addingTimeInterval(-0.002) <= made && made <= after.addingTimeInterval(0.002))
        }
        #expect(Set(ids).count == 1000)
    }

    /// Events of one ordering key leave by their ids, however close together they were made.
    @Test func `ids follow each other in time, also within a millisecond`() async throws {
        let ids = try await db.owner.run(
            "select core.uuid_v7() from generate_series(1, 2000)"
        ).decode(UUID.self).map(\.uuidString)
        #expect(ids == ids.sorted())
        #expect(Set(ids.map { $0.prefix(13) }).count < 1000, "they were to be made within milliseconds")
        var last = try #require(ids.last)
        for _ in 0..<50 {
            let id = try #require(try await db.owner.run("select core.uuid_v7()").value(UUID.self)).uuidString
            #expect(last < id)
            last = id
        }
    }
}
