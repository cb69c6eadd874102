import Foundation
import Mail
import Postgres
import Services
import TestSupport
import Testing

/// Links on their way to people, by a real mail server.
@Suite(.database, .serialized) struct DeliverMailTests {
    @Test func `a link arrives, and opens once`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            #expect(try await mail.sender(page: "https://portal.example/password")() == 1)
            #expect(try await mail.sender()() == 0)
            let taken = try #require(try mail.server.taken.first)
            #expect(taken.recipients == [invited.email] && taken.sender == "heddle@tidewater.example")
            #expect(taken.headers["subject"] == "Your login at Tidewater Voice")
            #expect(taken.headers["from"] == "Heddle <heddle@tidewater.example>")
            #expect(taken.text.contains("Hello Avery,") && taken.defects == [])
            let link = try #require(taken.text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("https://") })
            let parts = link.split(separator: "#token=")
            #expect(parts.count == 2 && parts[0] == "https://portal.example/password")
            let links = UserLink(mail.db.app, PasswordHasher(cost: 10))
            let token = String(try #require(parts.last))
            try await links.use(token, password: "correct horse battery", source: nil, request: UUID())
            await #expect(throws: ResourceFault.self) {
                try await links.use(token, password: "correct horse battery", source: nil, request: UUID())
            }
            #expect(try await mail.mails(of: invited.scope.tenant) == ["delivered 1"])
        }
    }

    @Test func `without a page the mail has the token alone; what waits has it sealed`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            let waiting = try await mail.db.owner.run(
                "select payload::text from queue.outbox where tenant_id = \(invited.scope.tenant)"
            ).value(String.self)
            #expect(waiting?.contains("ht_") == false)
            try await mail.sender()()
            let lines = try mail.server.taken.first?.text.split(whereSeparator: \.isNewline) ?? []
            #expect(lines.contains { $0.hasPrefix("ht_") })
        }
    }

    @Test func `a forgotten password's link is mailed, and takes the place of the one before`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            let scope = invited.scope
            for _ in 0..<2 {
                try await mail.db.app.transaction(context: scope.opening, statementTimeout: .seconds(10)) { session in
                    let link = try await UserLink.make(.passwordReset, for: invited.user, scope, session)
                    try await UserLink.send(link, .passwordReset, MailFixture.ring, scope, session)
                }
            }
            try await mail.sender()()
            #expect(
                try await mail.mails(of: scope.tenant)
                    == ["delivered 1", "dead 1 the link was used, replaced, or is over", "delivered 1"])
            #expect(
                Set(try mail.server.taken.compactMap { $0.headers["subject"] })
                    == ["Your login at Tidewater Voice", "A new password for Tidewater Voice"])
        }
    }

    @Test func `a link that is over is not sent`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            try await mail.db.owner.run(
                """
                update queue.outbox set expires_at = now() - interval '1 s' where tenant_id = \(invited.scope.tenant)
                """)
            #expect(try await mail.sender()() == 0)
            #expect(
                try await mail.mails(of: invited.scope.tenant) == ["dead 0 its time was over before it was delivered"])
        }
    }

    @Test func `what the server puts off is tried again, and what it refuses is not`() async throws {
        try await MailFixture.run { mail in
            let (later, never) = (try await mail.invite("once"), try await mail.invite("refused"))
            try await mail.sender()()
            #expect(try await mail.sender()() == 0)  // not at once
            #expect(try await mail.mails(of: later.scope.tenant) == ["ready 1 451 4.7.1 come back later"])
            let refused = ["dead 1 550 5.1.1 there is nobody called so"]
            #expect(try await mail.mails(of: never.scope.tenant) == refused)
            try await mail.hurry()
            #expect(try await mail.sender()() == 1)
            #expect(try await mail.mails(of: later.scope.tenant) == ["delivered 2 451 4.7.1 come back later"])
            #expect(try await mail.mails(of: never.scope.tenant) == refused)
            #expect(try mail.server.taken.map(\.recipients) == [[later.email]])
            let lines = mail.reports.lines
            #expect(lines.count == 2 && lines.allSatisfy { $0.contains("mail.invitation") && !$0.contains("ht_") })
        }
    }

    @Test func `a server that hangs takes its time, and no more`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("hang")
            let began = ContinuousClock.now
            try await mail.sender(limit: .seconds(1))()
            #expect(ContinuousClock.now - began < .seconds(15))
            let mails = try await mail.mails(of: invited.scope.tenant)
            #expect(mails.count == 1 && mails[0].hasPrefix("ready 1 "))
        }
    }

    /// The server has taken it, and nobody notes that: what comes a second time says that it is the same.
    @Test func `one that ends in the middle leaves what is sent again, under the same Message-ID`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("silent")
            let sender = try mail.sender(limit: .seconds(3))
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try? await sender() }  // it is ended
                try await until("it was taken") { try mail.server.taken.count == 1 }
                group.cancelAll()
            }
            #expect(try await mail.mails(of: invited.scope.tenant) == ["running 1"])
            #expect(try await mail.sender()() == 0)  // its time is not over yet
            try await mail.hurry()
            try await mail.sender(limit: .seconds(1))()
            let ids = try mail.server.taken.compactMap { $0.headers["message-id"] }
            #expect(ids.count == 2 && Set(ids).count == 1)
        }
    }

    @Test func `two workers send each mail once`() async throws {
        try await MailFixture.run { mail in
            var emails: Set<String> = []
            for _ in 0..<8 { emails.insert(try await mail.invite("a").email) }
            let senders = [try mail.sender(), try mail.sender()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sender in senders { group.addTask { try await sender() } }
                try await group.waitForAll()
            }
            let taken = try mail.server.taken.flatMap(\.recipients)
            #expect(taken.count == 8 && Set(taken) == emails)
        }
    }

    @Test func `what may have arrived is sent three times at most`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("dropped")
            for _ in 0..<4 {
                try await mail.sender()()
                try await mail.hurry()
            }
            let taken = try mail.server.taken
            #expect(taken.count == 3 && Set(taken.compactMap { $0.headers["message-id"] }).count == 1)
            #expect(try await mail.mails(of: invited.scope.tenant).first?.hasPrefix("dead 3 the server has") == true)
        }
    }

    @Test func `a link does not wait for invoices`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            try await mail.strayInvoice(of: invited.scope.tenant)
            #expect(try await mail.sender()(.links) == 1)
            #expect(Set(try await mail.mails(of: invited.scope.tenant)) == ["delivered 1", "ready 0"])
            #expect(try await mail.sender()(.all) == 1)
            #expect(try await mail.mails(of: invited.scope.tenant).contains { $0.hasPrefix("dead 1 ") })
        }
    }

    @Test func `what is the matter with us is told to the log, and kept in words for all`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            try await mail.sender(ring: KeyRing(current: .random()))()
            #expect(
                try await mail.mails(of: invited.scope.tenant)
                    == ["ready 1 it could not be made ready; the worker's log says why"])
            #expect(mail.reports.lines.count == 1 && mail.reports.lines[0].contains("is tried again: "))
            #expect(!mail.reports.lines[0].contains("the worker's log"))
        }
    }

    /// The link cannot be read until the test lets go of it; by then the mail is another's.
    @Test func `who has lost a mail while it was written does not send it`() async throws {
        try await MailFixture.run { mail in
            let invited = try await mail.invite("a")
            let sender = try mail.sender()
            let tenant = invited.scope.tenant
            let (isLocked, isOthers): (SQL, SQL) = (
                """
                select exists (select from pg_locks
                                where relation = 'auth.user_tokens'::regclass and mode = 'AccessExclusiveLock'
                                  and granted and database = (select oid from pg_database
                                                               where datname = current_database()))
                """,
                "select exists (select from queue.outbox where tenant_id = \(tenant) and worker = 'another')"
            )
            let owner = mail.db.owner
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await owner.transaction { session in
                        _ = try await session.run("lock table auth.user_tokens in access exclusive mode")
                        try await until("it is another's") { try await owner.run(isOthers).value(Bool.self) == true }
                    }
                }
                try await until("links cannot be read") { try await owner.run(isLocked).value(Bool.self) == true }
                group.addTask { try await sender(.links) }
                try await until("it is being written") { try await mail.mails(of: tenant) == ["running 1"] }
                try await owner.run(
                    """
                    update queue.outbox set lease_token = gen_random_uuid(), worker = 'another'
                     where tenant_id = \(tenant)
                    """)
                try await group.waitForAll()
            }
            #expect(try mail.server.taken.isEmpty)
            #expect(try await mail.mails(of: tenant) == ["running 1"])
            #expect(mail.reports.lines.count == 1 && mail.reports.lines[0].contains("another worker's"))
        }
    }
}
