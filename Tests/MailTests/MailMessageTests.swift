import Foundation
import Testing

@testable import Mail

/// What goes over the wire; how others read it is told by SendMailTests.
@Suite struct MailMessageTests {
    private static func address(_ text: String) throws -> MailAddress { try #require(MailAddress(text)) }

    private static func message(
        name: String = "Tidewater Voice", to: [String] = ["a@x.example"], subject: String = "Hello", text: String = "x"
    ) throws -> MailMessage {
        MailMessage(
            id: try address("0193-id@tidewater.example"),
            from: Mailbox(name: name, address: try address("billing@tidewater.example")),
            to: try to.map(address), subject: subject, text: text, date: Date(timeIntervalSince1970: 1_795_863_150))
    }

    @Test func `a plain mail is written so`() throws {
        let mail = try Self.message(to: ["a@x.example", "b@x.example"], text: "Grüße\n.\nEnd ")
        #expect(
            String(decoding: try mail.composed(), as: UTF8.self)
                == """
                Date: Sat, 28 Nov 2026 10:52:30 +0000
                From: "Tidewater Voice"
                 <billing@tidewater.example>
                To: a@x.example,
                 b@x.example
                Subject: Hello
                Message-ID: <0193-id@tidewater.example>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Gr=C3=BC=C3=9Fe
                .
                End=20

                """.replacing("\n", with: "\r\n"))
    }

    @Test func `the same mail is the same bytes`() throws {
        var mail = try Self.message()
        mail.attachments = [.init(name: "a.pdf", type: "application/pdf", content: Data(0...255))]
        #expect(try mail.composed() == mail.composed())
    }

    @Test(arguments: ["Hello\r\nBcc: c@x.example", "Hello\nX", "a\rb", "a\u{0}b", "a\u{85}b", "\u{1B}[2J"])
    func `nothing leaves its line`(text: String) throws {
        for mail in [try Self.message(subject: text), try Self.message(name: text)] {
            let failure = #expect(throws: MailFailure.self) { try mail.composed() }
            #expect(failure?.isFinal == true)
        }
    }

    @Test func `a mail to nobody is refused`() throws {
        let mail = try Self.message(to: [])
        #expect(throws: MailFailure.self) { try mail.composed() }
    }

    private static let texts = [
        ("Hello", "Hello"), ("Größe", "=?UTF-8?B?R3LDtsOfZQ==?="), ("=?x?=", "=?UTF-8?B?PT94Pz0=?="),
        (" x", "=?UTF-8?B?IHg=?="),
    ]

    @Test(arguments: texts)
    func `a subject is as it is, or an encoded word`(text: String, written: String) {
        #expect(HeaderText.unstructured(text) == written)
    }

    @Test func `a long subject is in words, each of which is whole`() {
        let text = String(repeating: "Jörg 👩‍👩‍👧 ", count: 20)
        let words = HeaderText.unstructured(text).components(separatedBy: "\r\n ")
        let read = words.map { word -> String in
            let data = Data(base64Encoded: String(word.dropFirst(10).dropLast(2))) ?? Data()
            return String(validating: data, as: UTF8.self) ?? "?"
        }
        #expect(words.count > 5 && words.allSatisfy { $0.count <= 66 } && read.joined() == text)
    }

    @Test func `a name in quotes keeps its quotes`() {
        #expect(HeaderText.phrase("The \"Best\" \\ Inc.") == "\"The \\\"Best\\\" \\\\ Inc.\"")
    }

    private static let encoded = [
        ("", ""), ("a\n", "a\r\n"), ("a\r\nb", "a\r\nb\r\n"), ("a \t", "a =09\r\n"), ("1=1", "1=3D1\r\n"),
        (String(repeating: "x", count: 76), String(repeating: "x", count: 75) + "=\r\nx\r\n"),
    ]

    @Test(arguments: encoded)
    func `text is readable, and its lines are short`(text: String, written: String) {
        #expect(QuotedPrintable.encode(text) == written)
    }

    @Test func `a file's name is one everywhere`() throws {
        var mail = try Self.message()
        mail.attachments = [.init(name: "INV/\"1\"\r\n ü.pdf", type: "application/pdf", content: Data("x".utf8))]
        let text = String(decoding: try mail.composed(), as: UTF8.self)
        #expect(text.contains("filename=\"INV--1-") && !text.contains("ü") && text.hasSuffix("--\r\n"))
    }
}
