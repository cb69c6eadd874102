package import Foundation
package import Postgres

/// Gives numbers to accounts, takes them back and has them ring elsewhere, in a transaction of its caller's.
package enum ChangeDID {
    /// What an account is to get.
    package struct Entry: Sendable {
        /// E.164.
        package let number: String
        package let account: UUID
        /// What it rings; `nil` is nothing yet.
        package var trunk: UUID?
        /// What the customer calls it.
        package var label = ""

        package init(number: String, account: UUID) {
            self.number = number
            self.account = account
        }
    }

    /// A number that was taken back.
    package struct Released: Sendable {
        package let number: String
        /// Until then nobody else gets it.
        package let restsUntil: Date?
    }

    /// Assigns a number of the inventory. A reservation of the same account ends with it.
    /// - Returns: the DID.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func assign(_ entry: Entry, _ scope: RequestScope, _ session: Connection) async throws -> UUID {
        let status = try await session.run(
            "select status from accounts.accounts where tenant_id = \(scope.tenant) and id = \(entry.account)"
        ).value(String.self)
        guard let status, status != "closed" else {
            throw ResourceFault(
                .refused,
                status == nil ? "there is no account \(entry.account.text)" : "the account is closed",
                [.init("account_id", pointer: "/account_id", entry.account.text, expected: "an account that is open")])
        }
        let id = UUID.v7()
        do {
            try await session.run(
                """
                insert into numbers.dids (tenant_id, id, account_id, number, trunk_id, label)
                values (\(scope.tenant), \(id), \(entry.account), \(entry.number), \(entry.trunk), \(entry.label))
                """)
        } catch {
            throw failure(error, entry)
        }
        return id
    }

    private static func failure(_ error: PostgresError, _ entry: Entry) -> any Error {
        func wrong(_ kind: ResourceFault.Kind, _ sentence: String, _ expected: String) -> ResourceFault {
            ResourceFault(kind, sentence, [.init("key", entry.number, expected: expected)])
        }
        return switch error.server?.constraint {
        case "did_is_in_inventory":
            wrong(.notFound, "\(entry.number) is not in the inventory", "a number of /v1/numbers/available")
        case "did_number_is_taken_once":
            wrong(.conflict, "\(entry.number) is assigned", "a number that no account has")
        case "assigned_number_is_out_of_quarantine", "assigned_number_is_not_reserved_for_another":
            wrong(
                .refused, error.server?.message.forDisplay(300) ?? "\(entry.number) is not to be had",
                "a number that neither rests nor is kept back for another account")
        case "did_rings_trunk_of_its_account": noTrunk(entry.trunk)
        default: WriteFailure.ofModel(error)
        }
    }

    private static func noTrunk(_ trunk: UUID?) -> ResourceFault {
        ResourceFault(
            .refused, "there is no trunk \(trunk?.text ?? "") of that account",
            [.init("trunk_id", pointer: "/trunk_id", trunk?.text ?? "", expected: "a trunk of the number's account")])
    }

    /// Takes a number back. It rests for its aging time before anybody else gets it.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func release(_ did: UUID, _ scope: RequestScope, _ session: Connection) async throws -> Released {
        let number: String?
        do {
            number = try await session.run(
                "delete from numbers.dids where tenant_id = \(scope.tenant) and id = \(did) returning number"
            ).value(String.self)
        } catch {
            guard error.sqlState == "23503" else { throw WriteFailure.ofModel(error) }
            let what = error.server?.constraint?.replacing("_", with: " ") ?? "other rows point to it"
            throw ResourceFault(.inUse, "something else needs the number, take it away first: \(what)")
        }
        guard let number else { throw none(did) }
        let rests = try await session.run(
            """
            select quarantined_until from numbers.inventory
             where tenant_id = \(scope.tenant) and number = \(number)
            """
        ).value(Date?.self)
        return Released(number: number, restsUntil: rests ?? nil)
    }

    /// Has a number ring another trunk of its account, or none.
    /// - Returns: the number.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func move(
        _ did: UUID, to trunk: UUID?, _ scope: RequestScope, _ session: Connection
    ) async throws -> String {
        let number: String?
        do {
            number = try await session.run(
                """
                update numbers.dids set trunk_id = \(trunk) where tenant_id = \(scope.tenant) and id = \(did)
                returning number
                """
            ).value(String.self)
        } catch {
            guard error.server?.constraint == "did_rings_trunk_of_its_account" else {
                throw WriteFailure.ofModel(error)
            }
            throw noTrunk(trunk)
        }
        guard let number else { throw none(did) }
        return number
    }

    private static func none(_ did: UUID) -> ResourceFault {
        ResourceFault(.notFound, "there is no number \(did.text)")
    }
}
