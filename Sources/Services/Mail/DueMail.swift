import Foundation
import Mail

/// A mail whose time has come: what it is about, for whoever writes it.
struct DueMail: Sendable {
    let tenant: UUID
    let id: UUID
    /// `mail.invitation`, `mail.password_reset` or `mail.invoice`.
    let topic: String
    let payload: JSONValue
    /// Tells the one who has it now from one who had it.
    let lease: UUID

    /// - Throws: `MailFailure` when the payload has no such text.
    func text(_ name: String) throws(MailFailure) -> String {
        guard case .text(let text)? = payload[name] else { throw missing(name) }
        return text
    }

    /// - Throws: `MailFailure` when the payload has no such list.
    func texts(_ name: String) throws(MailFailure) -> [String] {
        guard case .list(let items)? = payload[name] else { throw missing(name) }
        return items.compactMap { if case .text(let text) = $0 { text } else { nil } }
    }

    private func missing(_ name: String) -> MailFailure {
        MailFailure(isFinal: true, "what waits does not say its \(name): the account may have been erased")
    }
}
