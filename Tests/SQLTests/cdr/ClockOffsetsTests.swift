import Foundation
import Postgres
import TestSupport
import Testing

/// cdr.clock_offsets: how far a carrier's clock is ahead, and what comparing makes of it.
@Suite(.database) struct ClockOffsetsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// 2026-10-05 00:00 UTC, and the end of October.
    private static let monday = 1_791_158_400.0
    private static let november = 1_793_491_200.0

    private func call(_ index: Int, at time: Double, seconds: Int = 60) -> SideCall {
        SideCall(
            id: UUID(), startedAt: time, to: "+1212555\(1000 + index)", talkMilliseconds: seconds * 1_000,
            billedSeconds: seconds, rate: "0.01", amount: SideCall.price(seconds, "0.01"))
    }

    private func shifted(_ calls: [SideCall], _ offset: (Double) -> Double) -> [SideCall] {
        calls.map { call in
            var copy = self.call(0, at: call.startedAt + offset(call.startedAt), seconds: call.billedSeconds)
            copy.to = call.to
            return copy
        }
    }

    private func clock(_ book: Book) async throws -> [String] {
        try await book.read(
            """
            select concat_ws(' ', clock_offset_ms, least_clock_offset_ms, most_clock_offset_ms)
              from cdr.reconciliation_runs where tenant_id = TENANT and id = TENANT
            """)
    }

    @Test(arguments: [0, 7, -42, 600, 3_600, -18_000, 19_800, 50_400] as [Double])
    func `any offset of a clock or a zone is found`(offset: Double) async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        let ours = (0..<60).map { call($0, at: Self.monday + Double($0) * 4_000) }
        try await book.ours(ours)
        try await book.theirs(shifted(ours) { _ in offset })
        #expect(try await book.compare() == ["exact 60 0.60000000 0.60000000"])
        let ms = Int(offset * 1_000)
        #expect(try await clock(book) == ["\(ms) \(ms) \(ms)"])
    }

    @Test func `a clock that drifts by minutes within a month is followed`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        let ours = (0..<1_500).map { call($0, at: Self.monday + Double($0) * 1_500) }
        try await book.ours(ours)
        try await book.theirs(shifted(ours) { ($0 - Self.monday) / 3_600 })
        #expect(try await book.compare() == ["exact 1500 15.00000000 15.00000000"])
    }

    @Test func `the hour that comes twice when clocks go back is told from the one before`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        try await book.run(
            "update cdr.reconciliation_runs set period_to = '2026-11-03Z' where tenant_id = TENANT and id = TENANT")
        // 2026-11-01 06:00 UTC is when New York's 02:00 becomes 01:00. Their file has wall clocks, read as UTC.
        let change = Self.november + 6 * 3_600
        let ours = (0..<200).map { call($0, at: change - 20_000 + Double($0) * 200) }
        try await book.ours(ours)
        try await book.theirs(shifted(ours) { $0 < change ? -14_400 : -18_000 })
        #expect(try await book.compare() == ["exact 200 2.00000000 2.00000000"])
        #expect(try await clock(book).first?.hasSuffix("-18000000 -14400000") == true)
    }

    @Test func `numbers that were called again hours later are no zone`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        try await book.ours([call(1, at: Self.monday), call(2, at: Self.monday + 100)])
        try await book.theirs([call(1, at: Self.monday + 7_200), call(2, at: Self.monday + 7_300)])
        #expect(
            try await book.compare() == [
                "missing_ours 2 0.00000000 0.02000000", "missing_theirs 2 0.02000000 0.00000000",
            ])
        #expect(try await clock(book) == ["0 0 0"])
    }

    @Test func `a clock that is given is not estimated`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        let ours = (0..<20).map { call($0, at: Self.monday + Double($0) * 400) }
        try await book.ours(ours)
        try await book.theirs(shifted(ours) { _ in 3_600 })
        try await book.run(
            """
            update cdr.reconciliation_runs set clock_is_given = true, clock_offset_ms = 0
             where tenant_id = TENANT and id = TENANT
            """)
        #expect(try await book.compare().count == 2)
        try await book.run(
            "update cdr.reconciliation_runs set clock_offset_ms = 3600000 where tenant_id = TENANT and id = TENANT")
        #expect(try await book.compare() == ["exact 20 0.20000000 0.20000000"])
    }

    @Test func `answers are compared with answers, however long calls rang`() async throws {
        let book: Book = try await db.book()
        try await book.carrier(tolerance: 2_000)
        let ours = (0..<40).map { call($0, at: Self.monday + Double($0) * 400) }
        try await book.ours(ours)
        try await book.run(
            """
            update cdr.enriched_cdr
               set answered_at = started_at + make_interval(secs => right(to_number, 1)::integer * 6)
             where tenant_id = TENANT
            """)
        try await book.theirs(shifted(ours) { _ in 3 })
        try await book.run(
            """
            update cdr.vendor_cdr
               set answered_at = started_at + make_interval(secs => right(to_number, 1)::integer * 6),
                   started_at = started_at + make_interval(secs => right(to_number, 1)::integer * 6)
             where tenant_id = TENANT
            """)
        #expect(try await book.compare() == ["exact 40 0.40000000 0.40000000"])
        #expect(try await clock(book) == ["3000 3000 3000"])
    }

    @Test func `a number that is called all day is told apart by the lengths of its calls`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        let ours = (0..<300).map { index in
            var call = call(0, at: Self.monday + Double(index) * 250, seconds: 6 + index * 6)
            call.to = "+12125550000"
            return call
        }
        try await book.ours(ours)
        try await book.theirs(shifted(ours) { _ in -18_000 })
        #expect(
            try await book.compare().map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == ["exact 300"])
    }
}
