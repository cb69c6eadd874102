import Foundation
import TestSupport
import Testing

@testable import Mail

/// Mails to a real server, which Python's parser reads.
@Suite struct SendMailTests {
    private static func message(_ to: String..., subject: String = "Hello", text: String = "x") throws -> MailMessage {
        MailMessage(
            id: try #require(MailAddress("\(UUID().uuidString)@tidewater.example")),
            from: Mailbox(name: "Küste & Co.", address: try #require(MailAddress("billing@tidewater.example"))),
            to: try to.map { try #require(MailAddress($0)) }, subject: subject, text: text)
    }

    private static func failure(_ send: SendMail, _ mail: MailMessage, password: String? = nil) async -> MailFailure? {
        do {
            try await send(mail, password: password)
            return nil
        } catch let failure as MailFailure {
            return failure
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `what is sent arrives as it was written`() async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            let send = SendMail(MailServer(host: "127.0.0.1", port: server.port, security: .none))
            let more = String(repeating: "und noch mehr ", count: 9)
            let subject = "Rechnung für Café „Zur schönen Aussicht“ 👩‍👩‍👧 \(more)Ende"
            let text = "Grüße,\n\n.\n..dots\nFrom here\n\(String(repeating: "lange Zeile ä ", count: 300))\nend \n"
            var mail = try Self.message("a@x.example", "b@x.example", subject: subject, text: text)
            mail.replyTo = MailAddress("help@tidewater.example")
            let content = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
            mail.attachments = [.init(name: "INV-1.pdf", type: "application/pdf", content: content)]
            #expect(try await send(mail).hasPrefix("250"))
            let taken = try #require(try server.taken.first)
            #expect(taken.sender == "billing@tidewater.example" && taken.recipients == ["a@x.example", "b@x.example"])
            #expect(taken.headers["subject"] == subject && taken.headers["message-id"] == "<\(mail.id)>")
            #expect(taken.headers["from"]?.contains("Küste & Co.") == true)
            #expect(taken.headers["reply-to"] == "help@tidewater.example")
            #expect(taken.headers["auto-submitted"] == "auto-generated")
            #expect(taken.text.replacing("\r\n", with: "\n") == text && taken.type == "multipart/mixed")
            #expect(taken.defects == [] && taken.longestLine <= 78)
            #expect(taken.attachments.map(\.content) == [content] && taken.attachments.map(\.name) == ["INV-1.pdf"])
        }
    }

    private static let refusals = [
        ("refused@x.example", true, "550 5.1.1 there is nobody called so"),
        ("later@x.example", false, "451 4.7.1 come back later"),
        ("spam@x.example", true, "554 5.7.1 this is not wanted"),
    ]

    @Test(arguments: refusals)
    func `what the server refuses is told in its words`(to: String, isFinal: Bool, words: String) async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            let send = SendMail(MailServer(host: "127.0.0.1", port: server.port, security: .none))
            #expect(try await Self.failure(send, Self.message(to)) == MailFailure(isFinal: isFinal, words))
            // One who is refused keeps it from all.
            #expect(try await Self.failure(send, Self.message("a@x.example", to)) != nil)
            #expect(try server.taken.isEmpty)
        }
    }

    @Test(arguments: [("hang@x.example", false), ("silent@x.example", true), ("dropped@x.example", true)])
    func `a server that hangs is given up, and what it may have taken is told`(
        to: String, mayHaveArrived: Bool
    ) async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            var place = MailServer(host: "127.0.0.1", port: server.port, security: .none)
            (place.limit, place.answerLimit) = (.seconds(1), .seconds(1))
            let failure = try await Self.failure(SendMail(place), Self.message(to))
            #expect(failure?.isFinal == false)
            #expect(failure?.mayHaveArrived == mayHaveArrived)
        }
    }

    /// Servers that look for viruses take their time: whoever gives up sends it twice.
    @Test(arguments: ["slow@x.example", "bye@x.example"])
    func `once a server has it whole its answer is waited for longer, and its farewell is not`(
        to: String
    ) async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            var place = MailServer(host: "127.0.0.1", port: server.port, security: .none)
            place.limit = .seconds(1)
            #expect(try await SendMail(place)(Self.message(to)).hasPrefix("250"))
            #expect(try server.taken.count == 1)
        }
    }

    @Test func `where nobody listens nothing is final`() async throws {
        let port = Int(try FreePorts.take())
        let failure = try await Self.failure(
            SendMail(MailServer(host: "127.0.0.1", port: port, security: .none)), Self.message("a@x.example"))
        #expect(failure?.isFinal == false)
    }

    @Test(arguments: [TestMailServer.Form.starttls, .smtps])
    func `a session is encrypted and logs in, or nothing is sent`(form: TestMailServer.Form) async throws {
        try await TestMailServer.run(form, login: ("heddle", "hunter2")) { (server: TestMailServer) async throws in
            var place = MailServer(
                host: "localhost", port: server.port, security: form == .smtps ? .tls : .startTLS)
            let mail = try Self.message("a@x.example")
            // A certificate that nobody vouches for; nobody logged in; a wrong password: all of it can be mended.
            #expect(await Self.failure(SendMail(place), mail)?.isFinal == false)
            place.certificates = server.certificate
            #expect(await Self.failure(SendMail(place), mail)?.isFinal == false)
            place.user = "heddle"
            let wrong = await Self.failure(SendMail(place), mail, password: "hunter1")
            #expect(wrong?.isFinal == false && wrong?.description.contains("hunter1") == false)
            #expect(try server.taken.isEmpty)
            try await SendMail(place)(mail, password: "hunter2")
            let taken = try server.taken
            #expect(taken.map(\.user) == ["heddle"])
            // Of TLS from the first byte aiosmtpd does not know.
            #expect(form == .smtps || taken.first?.isEncrypted == true)
        }
    }

    @Test func `who cannot be spoken to in secret gets nothing`() async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            let send = SendMail(MailServer(host: "127.0.0.1", port: server.port, security: .startTLS))
            #expect(try await Self.failure(send, Self.message("a@x.example"))?.isFinal == false)
            #expect(try server.taken.isEmpty)
        }
    }

    @Test func `a task that is cancelled does not wait for the server`() async throws {
        try await TestMailServer.run { (server: TestMailServer) async throws in
            let send = SendMail(MailServer(host: "127.0.0.1", port: server.port, security: .none))
            let mail = try Self.message("hang@x.example")
            let wasCancelled = await withTaskGroup(of: Bool.self) { group in
                group.addTask { await Self.isCancelled(send, mail) }
                try? await Task.sleep(for: .milliseconds(300))  // nobody cancels this one
                group.cancelAll()
                return await group.next() ?? false
            }
            #expect(wasCancelled)
        }
    }

    private static func isCancelled(_ send: SendMail, _ mail: MailMessage) async -> Bool {
        do {
            try await send(mail)
            return false
        } catch {
            return error is CancellationError
        }
    }
}
