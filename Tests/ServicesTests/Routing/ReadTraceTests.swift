import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services
@testable import Telecom

/// What is stored of a decision, and read again.
@Suite(.database) struct ReadTraceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    /// A call of the demonstration's customer, decided and stored.
    private func decide(_ dialled: String) async throws -> CallRecord {
        try await SeedDemo(db.owner)(SeedDemo.Settings())
        let secrets = RoutingSecrets(
            open: { _, _, _ in throw CancellationError() }, resolve: { _ in throw CancellationError() },
            report: { _ in })
        let data = try await LoadRouting(db.engine, secrets: secrets)()
        let identity = CallIdentity(
            edge: "edge-1", callID: UUID().uuidString, fromTag: "t", receivedMicroseconds: Date().microseconds,
            source: "127.0.0.9;5091;udp")
        let source = try #require(IPAddress("127.0.0.9"))
        let request = CallRequest(
            source: source, dialled: dialled, caller: PresentedCaller(fromUser: "+12125550100"))
        let record = CallRecord(
            routingID: UUID.v7(), identity: identity, request: request,
            decision: data.snapshot.decide(request, at: Date().microseconds), version: data.version)
        var refusal: Telecom.Refusal?
        if case .refused(let reason) = record.decision.outcome { refusal = reason }
        _ = try await db.engine.run(CallRecord.noteSQL([CallRecord.Free(record: record, refusal: refusal)]))
        return record
    }

    @Test func `every candidate is told, with the deck's version of the routes`() async throws {
        let record = try await decide("+14155550142")
        let tenant = SeedDemo.tenant
        let trace = try #require(try await ReadTrace(db.engine, tenant: tenant)(record.routingID.text))
        #expect(trace.callID == record.identity.callID)
        #expect(trace.to == "+14155550142" && trace.from == "+12125550100")
        #expect(trace.jurisdiction == "interstate")
        let words = trace.candidates.map { "\($0.name): \($0.outcome) \($0.deck ?? "-")" }
        #expect(words.count == record.decision.candidates.count)
        #expect(words.first == "Great Basin / Great Basin RNO: chosen Great Basin domestic version 1")
        #expect(try await ReadTrace(db.engine, tenant: tenant)(record.identity.callID)?.routingID == record.routingID)
        let byCDR = try await ReadTrace(db.engine, tenant: tenant)(record.identity.cdrID.text)
        #expect(byCDR?.routingID == record.routingID)
        #expect(try await ReadTrace(db.engine, tenant: tenant)("nobody's") == nil)
        #expect(try await ReadTrace(db.engine, tenant: UUID())(record.routingID.text) == nil)
        let bytes = try await db.owner.run(
            """
            select pg_column_size(routes) + pg_column_size(reasons) from routing.routing_requests
             where tenant_id = \(tenant) and id = \(record.routingID)
            """
        ).value(Int.self)
        #expect(try #require(bytes) <= 2_048, "a trace is small: it is kept for every call")
    }

    @Test func `a refusal tells its reason`() async throws {
        let record = try await decide("+1900555")
        let trace = try #require(
            try await ReadTrace(db.engine, tenant: record.tenantID)(record.routingID.text))
        #expect(trace.code >= 400 && !trace.reason.isEmpty)
        #expect(trace.candidates.isEmpty)
    }
}
