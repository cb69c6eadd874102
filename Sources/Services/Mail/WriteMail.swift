import Foundation
import Mail
import Postgres
import Reactor

/// Writes what a mail says when it is sent, and not when it is asked for: what is not right any more is not sent.
struct WriteMail: Sendable {
    private let database: Database
    private let app: Database
    private let settings: MailSettings
    private let ring: KeyRing
    private let reactor: Reactor

    /// Most servers take no more.
    private static let mostBytes = 15 << 20

    init(_ database: Database, app: Database, _ settings: MailSettings, ring: KeyRing, reactor: Reactor) {
        self.database = database
        self.app = app
        self.settings = settings
        self.ring = ring
        self.reactor = reactor
    }

    /// - Throws: `MailFailure`, a final one where there is nothing to send any more; what else keeps it from being
    ///   written may be over at another time.
    func callAsFunction(_ mail: DueMail) async throws -> MailMessage {
        switch mail.topic {
        case "mail.invitation": return try await link(mail, .invitation)
        case "mail.password_reset": return try await link(mail, .passwordReset)
        case "mail.invoice": return try await invoice(mail)
        default: throw MailFailure(isFinal: true, "there is no mail called \(mail.topic.forDisplay(60))")
        }
    }

    private func link(_ mail: DueMail, _ purpose: UserLink.Purpose) async throws -> MailMessage {
        let sealed = Data(base64Encoded: try mail.text("sealed_link")) ?? Data()
        let text = try ring.open(
            Sealed(keyID: try mail.text("key_id"), bytes: Array(sealed)), for: UserLink.place(of: mail.tenant)
        ).text
        guard let token = SessionToken(text), let owner = try await UserLink.owner(token, app) else {
            throw MailFailure(isFinal: true, "the link was used, replaced, or is over")
        }
        let name = try await database.run(
            "select name from core.tenants where id = \(mail.tenant)"
        ).value(String.self)
        let letter = LinkLetter(
            purpose: purpose, name: owner.name, company: name ?? "", token: token.text,
            page: settings.passwordPage, ends: try mail.text("expires_at"))
        return try compose(mail, from: "", to: [try mail.text("to")], letter.subject, letter.text)
    }

    private func invoice(_ mail: DueMail) async throws -> MailMessage {
        guard let id = UUID(text: try mail.text("invoice_id")) else {
            throw MailFailure(isFinal: true, "what waits names no invoice")
        }
        let document = try await finalDocument(id, of: mail.tenant)
        guard ["finalised", "paid"].contains(document.status), let number = document.number else {
            throw MailFailure(isFinal: true, "the invoice is \(document.status)")
        }
        let html = InvoicePage(document, paper: InvoicePage.paper(of: document)).html
        let pdf = try await PrintPage(reactor: reactor).printed(html, identity: document.id.text)
        guard pdf.count <= Self.mostBytes else {
            throw MailFailure(isFinal: true, "the invoice's PDF has \(pdf.count) bytes, more than \(Self.mostBytes)")
        }
        let letter = InvoiceLetter(document: document, number: number)
        var message = try compose(mail, from: document.seller.name, to: mail.texts("to"), letter.subject, letter.text)
        message.replyTo = letter.replyTo
        message.attachments = [.init(name: "\(number).pdf", type: "application/pdf", content: pdf)]
        return message
    }

    /// A final invoice with the digest of its calls, unless they do not add up any more: it is sent all the same.
    private func finalDocument(_ invoice: UUID, of tenant: UUID) async throws -> InvoiceDocument {
        let read = ReadInvoice(database, tenant: tenant)
        let document = try await read(invoice)
        guard document.detail == nil, ["finalised", "paid"].contains(document.status) else { return document }
        do {
            _ = try await ExportCallDetail(database, tenant: tenant)(invoice)
        } catch is BillingFailure {
            return document
        }
        return try await read(invoice)
    }

    private func compose(
        _ mail: DueMail, from name: String, to: [String], _ subject: String, _ text: String
    ) throws(MailFailure) -> MailMessage {
        var recipients: [MailAddress] = []
        for address in to {
            guard let recipient = MailAddress(address) else {
                throw MailFailure(isFinal: true, "\(address.forDisplay(100)) is not \(MailAddress.form)")
            }
            recipients.append(recipient)
        }
        let sender = settings.sender
        guard let id = MailAddress("\(mail.id.text)@\(sender.address.host)") else {
            throw MailFailure(isFinal: false, "the sender's host has too long a name")
        }
        let from = Mailbox(name: name.isEmpty ? sender.name : name.forDisplay(100), address: sender.address)
        return MailMessage(id: id, from: from, to: recipients, subject: subject, text: text)
    }
}
