import Foundation
import Jobs
import Mail
import Postgres
import Reactor
import Services
import TestSupport
import Testing

/// Mail that waits for a worker.
@Suite(.database) struct MailSenderTests {
    @Test func `what waits is sent until the worker is asked to stop, and what was not is told`() async throws {
        let db = try TestDatabase.suite
        try await TestMailServer.run { server in
            let settings = MailSettings(
                server: MailServer(host: "127.0.0.1", port: server.port, security: .none),
                sender: try #require(Mailbox("heddle@tidewater.example")))
            let tenant = UUID()
            try await db.owner.run("insert into core.tenants (id, slug, name) values (\(tenant), 'mail-sender', 'x')")
            _ = try await db.owner.run("select queue.emit(\(tenant), 'mail.unheard_of', '{}')")
            let log = RecordingLog()
            let sender = MailSender(logger: log.logger) { report in
                DeliverMail(
                    db.engine, app: db.app, settings, ring: KeyRing(current: .random()),
                    resolve: ResolveSecret(environment: [:]), reactor: Reactor(name: "test-mail-sender"),
                    report: report)
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run() }
                try await until("it was told") { !log.warnings.isEmpty }
                group.cancelAll()
            }
            #expect(log.warnings.count == 1)
            #expect(log.warnings[0].hasSuffix("is not sent: there is no mail called mail.unheard_of"))
        }
    }
}
