import Foundation
import Postgres
import Synchronization
import Telecom
import TestSupport
import Testing

@testable import Services

/// Money that is held for calls, with the database slow, away or refusing.
@Suite(.database, .serialized) struct OpenCallsTests {
    private let database: TestDatabase
    private static let account = SeedDemo.customerAccount

    init() throws { database = try TestDatabase.suite }

    /// Runs an `OpenCalls` for as long as the body.
    private func serve(_ body: (OpenCalls) async throws -> Void) async throws {
        let calls = OpenCalls(database.engine)
        try await withThrowingTaskGroup { group in
            group.addTask { await calls.run() }
            try await body(calls)
            group.cancelAll()
        }
    }

    /// A call of the demonstration's customer, decided.
    private func call() async throws -> (record: CallRecord, charge: Charge) {
        try await SeedDemo(database.owner)()
        return try #require(try await DemoCalls.decide(1, database.engine).first)
    }

    /// What became of a request: its state, its reason and its hold.
    private func state(_ record: CallRecord) async throws -> String? {
        try await database.engine.run(
            """
            select q.state || ' ' || q.code || ' ' || coalesce(h.state, 'no hold')
              from routing.routing_requests q left join billing.holds h on h.tenant_id = q.tenant_id and h.id = q.id
             where q.id = \(record.routingID)
            """
        ).value(String.self)
    }

    /// Holds the money of a call. On a busy machine one may come too late for its caller's patience: then another does.
    private func held() async throws -> CallRecord {
        for _ in 0..<10 {
            let (record, charge) = try await call()
            var held: OpenCalls.Held?
            try await serve { calls in held = try? await calls.open(record, charge) }
            if held == .money(charge.wantedHold) { return record }
        }
        throw CocoaError(.featureUnsupported)
    }

    private func booksAreRight() async throws {
        let differences = try await database.engine.run(
            "select count(*) from billing.check_ledger(\(SeedDemo.tenant))"
        ).value(Int.self)
        #expect(differences == 0)
    }

    @Test func `a call is held for and stored at once`() async throws {
        #expect(try await state(held()) == "open 200 open")
        try await booksAreRight()
    }

    @Test func `while the account is locked calls are refused in time, and no money stays held`() async throws {
        var placed: [(record: CallRecord, charge: Charge)] = []
        for _ in 0..<20 { placed.append(try await call()) }
        try await serve { calls in
            try await database.owner.transaction { session in
                try await session.run(
                    "select from billing.account_balance where account_id = \(Self.account) for update")
                await withTaskGroup { group in
                    for (record, charge) in placed {
                        group.addTask {
                            await #expect(throws: PostgresError.self) { try await calls.open(record, charge) }
                        }
                    }
                    await group.waitForAll()
                }
            }
            // Nobody knows whether the holds were placed: as soon as the database answers, they are given back.
            try await until("every refused call has its row", within: .seconds(60)) {
                // A hold that was placed stands until it is given back, a moment after its row.
                for (record, _) in placed {
                    if try await [nil, "open 200 open"].contains(state(record)) { return false }
                }
                return true
            }
        }
        for (record, _) in placed {
            let state = try #require(try await state(record))
            #expect(["refused 503 no hold", "refused 503 released", "open 200 released"].contains(state), "\(state)")
        }
        try await booksAreRight()
        _ = try await held()
    }

    @Test func `a call that the database refuses keeps no other from its money`() async throws {
        var placed: [(record: CallRecord, charge: Charge)] = []
        for _ in 0..<5 { placed.append(try await call()) }
        let bad = placed[2].record.routingID.text
        try await database.owner.run(
            "alter table billing.holds add constraint poison check (id <> \(unescaped: "'\(bad)'"))")
        try await serve { calls in
            await withTaskGroup { group in
                for (record, charge) in placed {
                    group.addTask {
                        // On a busy machine a hold may be too late for its call: what counts is what is stored.
                        _ = try? await calls.open(record, charge)
                    }
                }
                await group.waitForAll()
            }
        }
        try await database.owner.run("alter table billing.holds drop constraint poison")
        #expect(try await state(placed[2].record)?.hasSuffix("no hold") ?? true)
        try await booksAreRight()
    }
}
