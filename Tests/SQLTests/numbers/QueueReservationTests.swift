import Foundation
import Postgres
import TestSupport
import Testing

/// Trigger numbers.queue_reservation: who reserves a number that others reserve meanwhile is told so, and not that the
/// database was stuck.
@Suite(.database) struct QueueReservationTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `those who reserve one number at once take turns`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let numbers = (10..<30).map { "+121255500\($0)" }
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number) select \(tenant.id), n from unnest(\(numbers)::text[]) n
            """)
        // Where one waits for the other in a circle PostgreSQL ends one of them after a second: 40P01.
        for number in numbers {
            let refusals = try await withThrowingTaskGroup(of: Refusal?.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await Refusal.of {
                            try await self.db.owner.run(
                                """
                                insert into numbers.reservations (tenant_id, account_id, number, expires_at)
                                values (\(tenant.id), \(account.id), \(number), now() + interval '1 hour')
                                """)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let expected = Refusal("23P01", "number_has_one_reservation_at_a_time")
            #expect(refusals.count { $0 == nil } == 1 && refusals.count { $0 == expected } == 5, "\(refusals)")
        }
    }

    @Test func `a number that is not there is for the key to refuse`() async throws {
        let tenant = try await db.tenant()
        let account = try await tenant.account()
        let refusal = try await Refusal.of {
            try await db.owner.run(
                """
                insert into numbers.reservations (tenant_id, account_id, number, expires_at)
                values (\(tenant.id), \(account.id), '+12125550199', now() + interval '1 hour')
                """)
        }
        #expect(refusal == Refusal("23503", "reserved_number_is_in_inventory"))
    }
}
