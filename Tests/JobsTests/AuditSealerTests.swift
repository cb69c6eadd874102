import Foundation
import Jobs
import Postgres
import Services
import TestSupport
import Testing

/// The audit trail is sealed by itself, and the log proves it.
@Suite(.database, .serialized) struct AuditSealerTests {
    private let db: TestDatabase

    init() throws { db = try .suite }

    private func tenant(_ slug: String) async throws -> UUID {
        let id = UUID()
        try await db.owner.run("insert into core.tenants (id, slug, name) values (\(id), \(slug), 'Test')")
        return id
    }

    private func unsealed(_ tenant: UUID) async throws -> Int? {
        try await db.engine.run("select audit.count_unsealed(\(tenant))").value(Int.self)
    }

    @Test func `each tenant's newest link is logged once, and is in its chain`() async throws {
        let log = RecordingLog()
        let sealer = AuditSealer(db.engine, logger: log.logger)
        try await sealer.seal(lookBack: SealAudit.lookBack)
        let before = log.informed.count
        let id = try await tenant("sealed")
        #expect(try await unsealed(id) == 1)
        try await sealer.seal(lookBack: SealAudit.lookBack)
        try await sealer.seal(lookBack: SealAudit.farLookBack)
        #expect(try await unsealed(id) == 0)
        let lines = log.informed[before...].filter { $0.hasPrefix("the audit trail of sealed is sealed: 1 rows") }
        #expect(lines.count == 1)
        let mark = try #require(lines.first?.split(separator: " ").last.flatMap { VerifyAudit.Mark(String($0)) })
        #expect(try await VerifyAudit(db.engine)(tenant: id, mark: mark) == [])
        let another = try #require(VerifyAudit.Mark("1:" + String(repeating: "0", count: 64)))
        #expect(
            try await VerifyAudit(db.engine)(tenant: id, mark: another).map(\.text)
                == ["link is not the one that was noted"])
    }

    @Test func `it works until it is cancelled`() async throws {
        let id = try await tenant("sealed-by-itself")
        try await withThrowingTaskGroup { group in
            group.addTask { await AuditSealer(db.engine, logger: RecordingLog().logger).run() }
            try await until("the trail is sealed") { try await unsealed(id) == 0 }
            group.cancelAll()
        }
    }
}
