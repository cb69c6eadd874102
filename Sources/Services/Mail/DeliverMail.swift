import Foundation
import Mail
package import Postgres
package import Reactor

/// Sends the mail that waits in the outbox: each at least once, under one Message-ID, and twice only when whoever sends
/// it ends between the server's answer and the note of it (docs/decisions/0041).
package struct DeliverMail: Sendable {
    private let database: Database
    private let write: WriteMail
    private let send: SendMail
    private let settings: MailSettings
    private let resolve: ResolveSecret
    private let report: @Sendable (String) -> Void

    /// What printing an invoice may take, and settling.
    private static let beside = Duration.seconds(330)

    /// - Parameters:
    ///   - database: as the engine.
    ///   - app: as the API, whose the links of users are.
    ///   - ring: opens those links.
    ///   - reactor: looks after the program that prints invoices.
    ///   - report: hears of mails that were not sent.
    package init(
        _ database: Database, app: Database, _ settings: MailSettings, ring: KeyRing, resolve: ResolveSecret,
        reactor: Reactor, report: @escaping @Sendable (String) -> Void
    ) {
        self.database = database
        self.settings = settings
        self.resolve = resolve
        self.report = report
        write = WriteMail(database, app: app, settings, ring: ring, reactor: reactor)
        send = SendMail(settings.server)
    }

    /// Sends what is due, until nothing is.
    /// - Returns: how many attempts were made.
    @discardableResult
    package func callAsFunction() async throws -> Int {
        // One that cannot be taken does not stop the other in the middle of a mail.
        let results = await withTaskGroup(of: Result<Int, any Error>.self) { group in
            for _ in 0..<SendMail.threadCount { group.addTask { await drain() } }
            var results: [Result<Int, any Error>] = []
            for await result in group { results.append(result) }
            return results
        }
        return try results.reduce(0) { try $0 + $1.get() }
    }

    private func drain() async -> Result<Int, any Error> {
        var made = 0
        do {
            while !Task.isCancelled, let mail = try await take() {
                await attempt(mail)
                made += 1
            }
            return .success(made)
        } catch {
            return .failure(error)
        }
    }

    /// One at a time: taking an invoice's mail locks the invoice.
    private func take() async throws -> DueMail? {
        let worker = "mail \(ProcessInfo.processInfo.processIdentifier)"
        let seconds = Int((settings.server.limit + Self.beside) / .seconds(1))
        let row = try await database.run(
            """
            select tenant_id, id, topic, payload::text, lease_token
              from queue.take_outbox(\(worker), 1, \(seconds)::integer, 'mail.')
            """
        ).first(UUID.self, UUID.self, String.self, String.self, UUID.self)
        guard let (tenant, id, topic, payload, lease) = row else { return nil }
        return DueMail(
            tenant: tenant, id: id, topic: topic, payload: try JSONValue(Array(payload.utf8)), lease: lease)
    }

    private func attempt(_ mail: DueMail) async {
        var failure: MailFailure?
        do {
            let message = try await write(mail)
            try await send(message, password: try await password())
        } catch let error as MailFailure {
            failure = error
        } catch is CancellationError {
            return  // nobody knows whether it was sent: it is taken again when its time is over
        } catch {
            failure = MailFailure(isFinal: false, "\(error)".forDisplay(500))
        }
        do {
            try await settle(mail, failure)
        } catch {
            report("what came of the mail \(mail.id.text) could not be noted, it may be sent again: \(error)")
        }
    }

    private func password() async throws -> String? {
        guard let reference = settings.password else { return nil }
        return try await resolve(reference).text
    }

    private func settle(_ mail: DueMail, _ failure: MailFailure?) async throws {
        let scope = RequestScope(tenant: mail.tenant, actor: "mail")
        let reason = failure.map { $0.description.forDisplay(500) }
        let state = try await database.transaction(context: scope.opening, statementTimeout: .seconds(30)) { session in
            _ = try await session.run(
                """
                select queue.settle_outbox(\(mail.lease), array[\(mail.tenant)::uuid], array[\(mail.id)::uuid],
                                           array[\(reason)::text], array[\(failure?.isFinal ?? false)::boolean])
                """)
            return try await session.run(
                "select state::text from queue.outbox where tenant_id = \(mail.tenant) and id = \(mail.id)"
            ).value(String.self)
        }
        guard let reason else { return }
        let outcome = state == "dead" ? "is not sent" : "was not sent and is tried again"
        report("the mail \(mail.id.text) (\(mail.topic)) \(outcome): \(reason)")
    }
}
