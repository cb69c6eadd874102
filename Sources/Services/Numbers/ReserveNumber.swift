package import Foundation
package import Postgres

/// Keeps a number back for an account, and gives it up, in a transaction of its caller's.
package enum ReserveNumber {
    /// What is to be kept back.
    package struct Entry: Sendable {
        /// E.164.
        package let number: String
        package let account: UUID
        package let minutes: Int
        /// A word for people.
        package let note: String

        package init(number: String, account: UUID, minutes: Int, note: String) {
            self.number = number
            self.account = account
            self.minutes = minutes
            self.note = note
        }
    }

    package static let usualMinutes = 30
    package static let mostMinutes = 10_080
    /// What people of an account may: as long as it takes to order (the model says so as well).
    private static let mostMinutesOfAccount = 30
    /// Else one account could keep all numbers from the others.
    private static let mostOfAccount = 100

    /// - Returns: the reservation, and when it ends.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func reserve(
        _ entry: Entry, _ scope: RequestScope, _ session: Connection
    ) async throws -> (id: UUID, expiresAt: Date) {
        if scope.account != nil { try await refuseMore(entry, scope, session) }
        let made: (UUID, Date)?
        do {
            // Staff of the platform, or of the operator that acts for an account, is none of those that a row may name.
            made = try await session.run(
                """
                insert into numbers.reservations (tenant_id, account_id, number, expires_at, reserved_by_user_id, note)
                values (\(scope.tenant), \(entry.account), \(entry.number),
                        now() + make_interval(mins => \(Int32(entry.minutes))),
                        (select u.id from auth.users u where u.tenant_id = \(scope.tenant) and u.id = \(scope.user)),
                        \(entry.note))
                returning id, expires_at
                """
            ).first(UUID.self, Date.self)
        } catch {
            throw failure(error, entry)
        }
        guard let made else { throw ResourceFault(.refused, "the number was not reserved") }
        return made
    }

    private static func refuseMore(_ entry: Entry, _ scope: RequestScope, _ session: Connection) async throws {
        guard entry.minutes <= mostMinutesOfAccount else {
            throw ResourceFault([
                .init(
                    "minutes", pointer: "/minutes", "\(entry.minutes)",
                    expected: "1 to \(mostMinutesOfAccount): staff keeps numbers back for longer")
            ])
        }
        let held = try await session.run(
            """
            select count(*) from numbers.reservations
             where tenant_id = \(scope.tenant) and account_id = \(entry.account) and state = 'held'
               and expires_at > now()
            """
        ).value(Int.self)
        guard held ?? 0 < mostOfAccount else {
            throw ResourceFault(
                .refused, "the account has \(mostOfAccount) numbers reserved: assign or release some of them first")
        }
    }

    private static func failure(_ error: PostgresError, _ entry: Entry) -> any Error {
        switch error.server?.constraint {
        // Whether we have a number that is not to be had is nobody's business.
        case "reserved_number_is_in_inventory", "reserved_number_is_available":
            ResourceFault(
                .notFound, "\(entry.number) is not to be had: see /v1/numbers/available",
                [.init("key", entry.number, expected: "a number of /v1/numbers/available")])
        case "number_has_one_reservation_at_a_time":
            ResourceFault(
                .conflict, "\(entry.number) is reserved",
                [.init("key", entry.number, expected: "a number that nobody keeps back")])
        case "reservation_belongs_to_account":
            ResourceFault(
                .refused, "there is no account \(entry.account.text)",
                [.init("account_id", pointer: "/account_id", entry.account.text, expected: "the id of an account")])
        default: WriteFailure.ofModel(error)
        }
    }

    /// Gives a reservation up.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func release(_ reservation: UUID, _ scope: RequestScope, _ session: Connection) async throws {
        // One whose time was over has ended then, whether or not the job has noted it.
        let released = try await AskModel.run(
            """
            update numbers.reservations set state = 'released', ended_at = least(now(), expires_at)
             where tenant_id = \(scope.tenant) and id = \(reservation) and state = 'held'
            """, session
        ).affected
        guard released == 0 else { return }
        let state = try await session.run(
            "select state from numbers.reservations where tenant_id = \(scope.tenant) and id = \(reservation)"
        ).value(String.self)
        guard let state else { throw ResourceFault(.notFound, "there is no reservation \(reservation.text)") }
        throw ResourceFault(.refused, "the reservation is over: it is \(state)")
    }
}
