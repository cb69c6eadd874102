import Foundation
import Postgres
import TestSupport
import Testing

/// tracking.open_schedules: hours are wall clocks, days that are different follow their exceptions alone.
@Suite(.database) struct OpenSchedulesTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// An instant in New York, and whether the schedule below is open then.
    struct Case: Sendable, CustomTestStringConvertible {
        let at: String
        let isOpen: Bool

        var testDescription: String { at }
    }

    static let cases: [Case] = [
        Case(at: "2026-11-23 09:00", isOpen: true),
        Case(at: "2026-11-23 08:59:59", isOpen: false),
        Case(at: "2026-11-23 17:00", isOpen: false),
        Case(at: "2026-11-22 10:00", isOpen: false),  // a Sunday
        Case(at: "2026-11-26 10:00", isOpen: false),  // closed all day
        Case(at: "2026-11-25 12:30", isOpen: true),  // other hours
        Case(at: "2026-11-25 10:00", isOpen: false),
        Case(at: "2026-11-27 23:00", isOpen: true),  // over midnight
        Case(at: "2026-11-28 01:59", isOpen: true),
        Case(at: "2026-11-28 02:00", isOpen: false),
        Case(at: "2026-03-09 09:00", isOpen: true),  // the first Monday of summer time
        Case(at: "2026-03-02 09:00", isOpen: true),
    ]

    /// Monday to Thursday nine to five, Friday ten to two at night, with two exceptions.
    private func schedule(_ campaign: Campaign) async throws {
        let script =
            """
            insert into tracking.schedules (tenant_id, id, account_id, name) values (TENANT, OWNER, OWNER, 'x');
            insert into tracking.schedule_windows (tenant_id, account_id, schedule_id, weekday, opens_at, closes_at)
            select TENANT, OWNER, OWNER, d, time '09:00', time '17:00' from generate_series(1, 4) d
             union all select TENANT, OWNER, OWNER, 5, '22:00', '02:00';
            insert into tracking.schedule_exceptions (tenant_id, account_id, schedule_id, day, opens_at, closes_at)
            values (TENANT, OWNER, OWNER, '2026-11-26', null, null),
                   (TENANT, OWNER, OWNER, '2026-11-25', '12:00', '13:00');
            """
            .replacing("TENANT", with: "'\(campaign.tenant.id)'::uuid")
            .replacing("OWNER", with: "'\(campaign.id)'::uuid")
        try await db.owner.lease { [script] in try await $0.runScript(SQL(unescaped: script)) }
    }

    @Test func `is open when the clock on the wall says so`() async throws {
        let campaign = try await db.tenant().campaign()
        try await schedule(campaign)
        for line in Self.cases {
            let isOpen = try await db.engine.run(
                """
                select is_open from tracking.open_schedules(\(campaign.tenant.id), \([campaign.id]),
                    \(line.at)::timestamp at time zone 'America/New_York')
                """
            ).value(Bool.self)
            #expect(isOpen == line.isOpen, "\(line.at)")
        }
    }

    @Test func `a schedule that is not there has no row, one without hours is closed`() async throws {
        let campaign = try await db.tenant().campaign()
        try await db.owner.run(
            """
            insert into tracking.schedules (tenant_id, id, account_id, name)
            values (\(campaign.tenant.id), \(campaign.id), \(campaign.id), 'x')
            """)
        let answers = try await db.engine.run(
            "select is_open from tracking.open_schedules(\(campaign.tenant.id), \([campaign.id, UUID()]))"
        ).values(Bool.self)
        #expect(answers == [false])
    }

    @Test func `a time zone nobody knows is refused`() async throws {
        let campaign = try await db.tenant().campaign()
        func zone(_ name: String) async throws -> Refusal? {
            try await Refusal.of {
                try await db.owner.run(
                    """
                    insert into tracking.schedules (tenant_id, account_id, name, time_zone)
                    values (\(campaign.tenant.id), \(campaign.id), \(name), \(name))
                    """)
            }
        }
        #expect(try await zone("America/St_Johns") == nil)
        #expect(try await zone("America/Nowhere") == Refusal("22023"))
        #expect(try await zone("EST5") == Refusal("23514", "time_zone_is_known"))
    }
}
