package import Foundation
import Mail
package import Postgres

/// Makes an operator with the usual roles and its first administrator, in a transaction of its caller's, as the engine.
package enum OpenTenant {
    /// What is to be made.
    package struct Entry: Sendable {
        /// Short name, unique on the platform.
        package let slug: String
        package let name: String
        package var country = "US"
        package var currency = "USD"
        /// The first administrator's login, and name.
        package let email: String
        package var administrator: String

        package init(slug: String, name: String, email: String) {
            self.slug = slug
            self.name = name
            self.email = email.lowercased()
            administrator = email
        }
    }

    /// An operator that was just made. The token of the link is given away here, once.
    package struct Opened: Sendable {
        package let id: UUID
        package let user: UUID
        package let link: UserLink.Made
    }

    private static let validity = "7 days"

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func open(_ entry: Entry, _ session: Connection) async throws -> Opened {
        guard MailAddress(entry.email) != nil else {
            throw ResourceFault([.init("email", pointer: "/email", entry.email, expected: MailAddress.form)])
        }
        let id = UUID.v7()
        let token = SessionToken.make(.link, of: id)
        let made: (UUID, Date)?
        do {
            made = try await session.run(
                """
                select user_id, expires_at
                  from core.open_tenant(\(id), \(entry.slug), \(entry.name), \(entry.country), \(entry.currency),
                                        \(entry.email), \(entry.administrator), decode(\(token.hash), 'hex'),
                                        \(validity)::interval)
                """
            ).first(UUID.self, Date.self)
        } catch {
            throw failure(error, entry)
        }
        guard let made else { throw ResourceFault(.refused, "the operator was not made") }
        return Opened(
            id: id, user: made.0, link: UserLink.Made(token: token, email: entry.email, expiresAt: made.1))
    }

    private static func failure(_ error: PostgresError, _ entry: Entry) -> any Error {
        func wrong(_ name: String, _ value: String, _ expected: String) -> ResourceFault {
            ResourceFault([.init(name, pointer: "/\(name)", value, expected: expected)])
        }
        return switch error.server?.constraint {
        case "slug_is_taken_once": ResourceFault(.conflict, "there is an operator \"\(entry.slug)\" already")
        case "slug_is_a_short_name":
            wrong("slug", entry.slug, "2 to 63 small letters, digits and hyphens, a letter first")
        case "tenant_has_home_country": wrong("country", entry.country, "an ISO 3166 code, as US")
        case "currency_is_iso_4217", "tenant_reports_in_currency_that_is_known":
            wrong("currency", entry.currency, "an ISO 4217 code, as USD")
        case "email_is_lower_case_with_an_at": wrong("email", entry.email, MailAddress.form)
        // Where the address is known is nobody's business.
        case "email_is_taken_once", "email_is_claimed_once":
            ResourceFault(.conflict, "\(entry.email) cannot be invited: the address is taken")
        default: WriteFailure.ofModel(error)
        }
    }
}
