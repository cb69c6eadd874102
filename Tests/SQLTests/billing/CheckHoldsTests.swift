import Postgres
import TestSupport
import Testing

/// billing.check_holds: open holds that nothing will end.
@Suite(.database, .serialized) struct CheckHoldsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        Damage(statement: "select 1", finds: []),
        Damage(
            statement: "delete from routing.routing_requests where tenant_id = TENANT",
            finds: ["open hold without its request expected 0 found 5.00000000"]),
        Damage(
            statement: "update routing.routing_requests set state = 'finished', finished_at = now() "
                + "where tenant_id = TENANT",
            finds: ["open hold past its expiry expected 0 found 5.00000000"]),
        Damage(
            statement: "update routing.routing_requests set requested_at = now() - interval '7 hours' "
                + "where tenant_id = TENANT", finds: []),
        Damage(
            statement: "update routing.routing_requests set requested_at = now() - interval '9 hours' "
                + "where tenant_id = TENANT",
            finds: ["open hold past its expiry expected 0 found 5.00000000"]),
    ])
    func `a hold whose call is over, or was never asked for, is named`(damage: Damage) async throws {
        let book = try await db.postedBook()
        #expect(try await book.findings("check_holds(TENANT)") == [])
        // A hold of this moment may still get its request.
        try await book.damage(
            "update billing.holds set created_at = now() - interval '16 minutes' where tenant_id = TENANT")
        try await book.run("\(damage.statement)")
        #expect(try await book.findings("check_holds(TENANT)") == damage.finds)
    }
}
