import Foundation
import Postgres
import TestSupport
import Testing

/// numbers.find_available: what can be had, told to people who do not see the inventory.
@Suite(.database) struct FindAvailableTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A tenant with numbers of an area code of its own, as a test of the suite shares the platform with others.
    private func tenant(_ area: String) async throws -> (Tenant, Account) {
        let tenant = try await db.tenant()
        try await db.owner.run(
            """
            insert into numbers.inventory (tenant_id, number, kind, status, region, locality, rate_centre, sms_capable)
            values (\(tenant.id), \("+1\(area)5550101"), 'local', 'available', 'NY', 'New York', 'NWYRCYZN01', true),
                   (\(tenant.id), \("+1\(area)5550102"), 'local', 'available', 'NJ', 'Newark', null, false),
                   (\(tenant.id), \("+1\(area)5550103"), 'mobile', 'available', 'NY', null, null, false),
                   (\(tenant.id), \("+1\(area)5550104"), 'local', 'assigned', 'NY', 'New York', null, true),
                   (\(tenant.id), \("+1\(area)5550105"), 'local', 'quarantined', 'NY', 'New York', null, true),
                   (\(tenant.id), \("+1\(area)5550106"), 'local', 'reserved', 'NY', 'New York', null, true)
            """)
        return (tenant, try await tenant.account())
    }

    /// What is found, by its last digit.
    private func find(_ arguments: String, _ context: SQL) async throws -> [String] {
        let call: SQL = "select right(number, 1) from numbers.find_available(\(unescaped: arguments))"
        return try await db.app.run([context, call]).last?.values(String.self) ?? []
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let arguments: String
        let found: [String]
        var testDescription: String { arguments }
    }

    @Test func `only what is free is found, by what it is to be`() async throws {
        let (tenant, account) = try await tenant("305")
        for row in [
            Row(arguments: "null, null, null, null, null, null, null, '{}', 50", found: ["1", "2", "3"]),
            Row(arguments: "'US', '305', null, null, null, null, null, '{}', null", found: ["1", "2", "3"]),
            Row(arguments: "'CA', null, null, null, null, null, null, '{}', 50", found: []),
            Row(arguments: "null, '306', null, null, null, null, null, '{}', 50", found: []),
            Row(arguments: "null, null, 'NY', null, null, null, null, '{}', 50", found: ["1", "3"]),
            Row(arguments: "null, null, null, 'new york', null, null, null, '{}', 50", found: ["1"]),
            Row(arguments: "null, null, null, null, 'nwyrcyzn01', null, null, '{}', 50", found: ["1"]),
            Row(arguments: "null, null, null, null, null, 'mobile', null, '{}', 50", found: ["3"]),
            Row(arguments: "null, null, null, null, null, null, '%0102', '{}', 50", found: ["2"]),
            Row(arguments: "null, null, null, null, null, null, '+1305%', '{sms,voice}', 50", found: ["1"]),
            Row(arguments: "null, null, null, null, null, null, null, '{}', 2", found: ["1", "2"]),
            Row(arguments: "null, null, null, null, null, null, null, '{}', -1", found: []),
        ] {
            for context in [tenant.staff, tenant.people(of: [account.id])] {
                #expect(try await find(row.arguments, context) == row.found, "\(row.arguments)")
            }
        }
    }

    @Test func `nothing of another tenant, and nothing without one`() async throws {
        _ = try await tenant("307")
        let other = try await db.tenant()
        let all = "null, null, null, null, null, null, null, '{}', 100"
        #expect(try await find(all, other.staff) == [])
        #expect(try await find(all, "select 1") == [])
    }

    @Test(arguments: ["'{telepathy}'", "null"]) func `what no number can is refused`(capabilities: String) async throws
    {
        let tenant = try await db.tenant()
        let refusal = try await Refusal.of {
            _ = try await find("null, null, null, null, null, null, null, \(capabilities), 1", tenant.staff)
        }
        #expect(refusal == .badParameter)
    }
}
