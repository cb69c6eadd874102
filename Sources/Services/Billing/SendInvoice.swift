package import Foundation
import Mail
package import Postgres

/// Has a final invoice sent by mail, in a transaction of its caller's, as the engine.
package enum SendInvoice {
    /// A sending that waits.
    package struct Queued: Sendable {
        package let id: UUID
        package let recipients: [String]
        /// `queued`, or `sending` where one to the same addresses is under way.
        package let status: String
    }

    /// Addresses of one sending.
    package static let mostRecipients = 10

    /// - Parameter addresses: where to; with none, where the account has its documents sent.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func queue(
        _ invoice: UUID, to addresses: [String], _ scope: RequestScope, _ session: Connection
    ) async throws -> Queued {
        let faults = addresses.enumerated().filter { MailAddress($0.element) == nil }.map { index, address in
            ResourceFault.Value("to", pointer: "/to/\(index)", address, expected: MailAddress.form)
        }
        guard faults.isEmpty else { throw ResourceFault(faults) }
        guard addresses.count <= mostRecipients else {
            throw ResourceFault([
                .init("to", pointer: "/to", "\(addresses.count)", expected: "\(mostRecipients) addresses at most")
            ])
        }
        let sending = try await ask(invoice, addresses, scope, session)
        guard let sending else { throw ResourceFault(.notFound, "there is no invoice \(invoice.text)") }
        let row = try await session.run(
            """
            select recipients, status::text from billing.invoice_sendings
             where tenant_id = \(scope.tenant) and id = \(sending)
            """
        ).first([String].self, String.self)
        guard let row else { throw ResourceFault(.notFound, "there is no sending \(sending.text)") }
        // What the account has as its own is as free as text is.
        if let wrong = row.0.first(where: { MailAddress($0) == nil }) {
            throw ResourceFault(
                .refused, "the account's own address \(wrong.forDisplay(100)) takes no mail",
                [.init("to", pointer: "/to", wrong, expected: MailAddress.form)])
        }
        return Queued(id: sending, recipients: row.0, status: row.1)
    }

    private static func ask(
        _ invoice: UUID, _ addresses: [String], _ scope: RequestScope, _ session: Connection
    ) async throws -> UUID? {
        do throws(PostgresError) {
            return try await session.run("select billing.send_invoice(\(scope.tenant), \(invoice), \(addresses))")
                .value(UUID?.self) ?? nil
        } catch {
            let expected = "addresses: the account has none of its own"
            guard error.server?.constraint == "invoice_is_sent_to_somebody" else { throw WriteFailure.ofModel(error) }
            throw ResourceFault(
                .refused, "nobody is named that it could be sent to",
                [.init("to", pointer: "/to", "", expected: expected)])
        }
    }
}
