import Foundation
import Mail
package import Postgres
package import Reactor

/// Sends the mail that waits in the outbox, under one Message-ID: each at least once. Where nobody knows whether one
/// arrived, because the server did not say or whoever sent it ended meanwhile, it is sent again, and three times in
/// all at most (docs/decisions/0041).
package struct DeliverMail: Sendable {
    private let database: Database
    private let write: WriteMail
    private let send: SendMail
    private let settings: MailSettings
    private let resolve: ResolveSecret
    private let report: @Sendable (String) -> Void

    /// Which mail one of those who send it takes: a thousand invoices do not hold up a link that is good for an hour.
    package enum Lane: Sendable, CaseIterable {
        /// All but invoices.
        case links
        case all

        /// What it leaves to the other.
        fileprivate var butTopic: String { self == .links ? DeliverMail.invoiceTopic : "" }
    }

    private static let invoiceTopic = "mail.invoice"
    /// What reading a link, and noting what came of a mail, may take.
    private static let short = Duration.seconds(120)
    /// What writing an invoice may: its calls are listed and added up.
    private static let longestWriting = Duration.seconds(600)
    /// What goes on when that is over: printing, which has a limit of its own.
    private static let beside = Duration.seconds(330)
    /// What is stored of a failure that is ours: customers' staff reads it, and what it was is in the log.
    private static let oursText = "it could not be made ready; the worker's log says why"

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

    /// Sends what is due, until nothing is: one at a time, for taking an invoice's mail locks the invoice.
    /// - Returns: how many attempts were made.
    @discardableResult
    package func callAsFunction(_ lane: Lane) async throws -> Int {
        var made = 0
        while !Task.isCancelled, let mail = try await take(lane) {
            await attempt(mail)
            made += 1
        }
        return made
    }

    private func take(_ lane: Lane) async throws -> DueMail? {
        let worker = "mail \(ProcessInfo.processInfo.processIdentifier)"
        let row = try await database.run(
            """
            select tenant_id, id, topic, payload::text, lease_token
              from queue.take_outbox(\(worker), 1, \(Self.seconds(Self.short))::integer, 'mail.', \(lane.butTopic))
            """
        ).first(UUID.self, UUID.self, String.self, String.self, UUID.self)
        guard let (tenant, id, topic, payload, lease) = row else { return nil }
        return DueMail(
            tenant: tenant, id: id, topic: topic, payload: try JSONValue(Array(payload.utf8)), lease: lease)
    }

    /// Keeps a mail for so long from now.
    /// - Parameter isDoubtful: whether it may arrive from now on, whatever is heard of it.
    /// - Throws: `Lost` when another has it by now, or nobody is to send it any more.
    private func keep(_ mail: DueMail, for time: Duration, isDoubtful: Bool) async throws {
        let isKept = try await database.run(
            """
            select queue.extend_outbox(\(mail.tenant), \(mail.id), \(mail.lease), \(Self.seconds(time))::integer,
                                       \(isDoubtful))
            """
        ).value(Bool.self)
        guard isKept == true else { throw Lost() }
    }

    /// A mail that is another's by now.
    private struct Lost: Error {}

    private static func seconds(_ duration: Duration) -> Int { Int(duration / .seconds(1)) }

    private func attempt(_ mail: DueMail) async {
        var (failure, cause): (MailFailure?, String?) = (nil, nil)
        var isBegun = false
        do {
            let message = try await written(mail)
            let password = try await password()
            let server = settings.server
            try await keep(mail, for: server.limit + server.answerLimit + Self.short, isDoubtful: true)
            isBegun = true
            try await send(message, password: password)
        } catch let error as MailFailure {
            failure = error
        } catch is Lost {
            report("the mail \(mail.id.text) (\(mail.topic)) took too long to write: it is another worker's by now")
            return
        } catch {
            // Nobody knows whether it was sent: it is taken again when its time is over.
            if error is CancellationError || Task.isCancelled { return }
            failure = MailFailure(isFinal: false, Self.oursText)
            cause = "\(error)".forDisplay(500)
        }
        do {
            let isCertain = isBegun && failure?.mayHaveArrived != true
            try await settle(mail, failure, cause, isCertain: isCertain)
        } catch {
            report("what came of the mail \(mail.id.text) could not be noted, it may be sent again: \(error)")
        }
    }

    /// Writes a mail, within the time that it is kept for.
    private func written(_ mail: DueMail) async throws -> MailMessage {
        if mail.topic == Self.invoiceTopic {
            try await keep(mail, for: Self.longestWriting + Self.beside, isDoubtful: false)
        }
        let limit = mail.topic == Self.invoiceTopic ? Self.longestWriting : Self.short / 2
        return try await withThrowingTaskGroup(of: MailMessage.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await write(mail) }
            group.addTask {
                try await Task.sleep(for: limit)
                throw MailFailure(isFinal: false, "it was not written within \(Self.seconds(limit)) s")
            }
            guard let message = try await group.next() else { throw CancellationError() }
            return message
        }
    }

    private func password() async throws -> String? {
        guard let reference = settings.password else { return nil }
        return try await resolve(reference).text
    }

    private func settle(_ mail: DueMail, _ failure: MailFailure?, _ cause: String?, isCertain: Bool) async throws {
        let scope = RequestScope(tenant: mail.tenant, actor: "mail")
        let reason = failure.map { $0.description.forDisplay(500) }
        let (settled, state) = try await database.transaction(
            context: scope.opening, statementTimeout: .seconds(30)
        ) { session in
            let settled = try await session.run(
                """
                select queue.settle_outbox(\(mail.lease), array[\(mail.tenant)::uuid], array[\(mail.id)::uuid],
                                           array[\(reason)::text], array[\(failure?.isFinal ?? false)::boolean],
                                           array[\(isCertain)::boolean])
                """
            ).value(Int.self)
            let state = try await session.run(
                "select state::text from queue.outbox where tenant_id = \(mail.tenant) and id = \(mail.id)"
            ).value(String.self)
            return (settled, state)
        }
        if settled != 1 {
            report("the mail \(mail.id.text) (\(mail.topic)) took longer than it was kept for: it may be sent again")
        }
        guard let reason else { return }
        let outcome = state == "dead" ? "is not sent" : "was not sent and is tried again"
        report("the mail \(mail.id.text) (\(mail.topic)) \(outcome): \(cause ?? reason)")
    }
}
