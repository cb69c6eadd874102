package import Foundation
package import Postgres

/// Makes the draft of a port to us, with its numbers, in a transaction of its caller's.
package enum OrderPort {
    /// What is to be moved, and what the other side compares.
    package struct Entry: Sendable {
        package let account: UUID
        /// E.164, each once.
        package let numbers: [String]
        /// `numbers.port_type`.
        package var type = "simple"
        package var losingCarrier: String?
        package var losingAccountNumber: String?
        /// E.164.
        package var billingNumber: String?
        /// Main number of those that stay; where there is one, the port is a part of them only.
        package var newBillingNumber: String?
        /// Whose numbers they are, and who may order it.
        package var entityName: String?
        package var authorizedName: String?
        package var street: String?
        package var unit: String?
        package var locality: String?
        package var region: String?
        package var postalCode: String?
        package var country = "US"
        package var loaDocument: UUID?
        package var billDocument: UUID?
        package var requestedFor: Date?
        /// What the numbers ring once they are ours.
        package var trunk: UUID?
        package var customerReference: String?

        package init(account: UUID, numbers: [String]) {
            self.account = account
            self.numbers = numbers
        }
    }

    package static let mostNumbers = 1_000

    /// - Returns: the port.
    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func draft(_ entry: Entry, _ scope: RequestScope, _ session: Connection) async throws -> UUID {
        try await refuseOpen(entry, scope, session)
        let id = UUID.v7()
        do {
            try await session.run(
                """
                insert into numbers.port_requests (tenant_id, id, account_id, type, losing_carrier,
                                                   losing_account_number, billing_number, is_partial,
                                                   new_billing_number, entity_name, authorized_name, street, unit,
                                                   locality, region, postal_code, country, loa_document_id,
                                                   bill_document_id, requested_for, customer_reference)
                values (\(scope.tenant), \(id), \(entry.account), \(entry.type), \(entry.losingCarrier),
                        \(entry.losingAccountNumber), \(entry.billingNumber), \(entry.newBillingNumber != nil),
                        \(entry.newBillingNumber), \(entry.entityName), \(entry.authorizedName), \(entry.street),
                        \(entry.unit), \(entry.locality), \(entry.region), \(entry.postalCode), \(entry.country),
                        \(entry.loaDocument), \(entry.billDocument), \(entry.requestedFor),
                        \(entry.customerReference))
                """)
            try await session.run(
                """
                insert into numbers.port_request_numbers (tenant_id, account_id, port_request_id, number, trunk_id)
                select \(scope.tenant), \(entry.account), \(id), n, \(entry.trunk)::uuid
                  from unnest(\(entry.numbers)::text[]) n
                """)
        } catch {
            throw failure(error, entry)
        }
        return id
    }

    /// Tells which numbers are in another port; those of other accounts the constraint refuses, and does not tell.
    private static func refuseOpen(_ entry: Entry, _ scope: RequestScope, _ session: Connection) async throws {
        let open = try await session.run(
            """
            select distinct number from numbers.port_request_numbers
             where tenant_id = \(scope.tenant) and number = any (\(entry.numbers)::text[])
               and status in ('pending', 'confirmed', 'exception')
            """
        ).values(String.self)
        let wrong = entry.numbers.enumerated().filter { open.contains($0.element) }.map { index, number in
            ResourceFault.Value(
                "numbers", pointer: "/numbers/\(index)", number, expected: "a number that is in no open port")
        }
        guard wrong.isEmpty else {
            throw ResourceFault(.conflict, "\(wrong.count) of the numbers are in an open port", wrong)
        }
    }

    private static func failure(_ error: PostgresError, _ entry: Entry) -> any Error {
        func wrong(_ name: String, _ value: String?, _ expected: String) -> ResourceFault {
            ResourceFault(
                .refused, "\(name) is \"\(value ?? "")\", expected \(expected)",
                [.init(name, pointer: "/\(name)", value ?? "", expected: expected)])
        }
        return switch error.server?.constraint {
        case "number_is_in_one_open_port": ResourceFault(.conflict, "one of the numbers is in an open port")
        case "port_request_belongs_to_account": wrong("account_id", entry.account.text, "the id of an account")
        case "port_request_has_letter_of_authority":
            wrong("loa_document_id", entry.loaDocument?.text, "a document of the account: /v1/accounts/documents")
        case "port_request_has_bill":
            wrong("bill_document_id", entry.billDocument?.text, "a document of the account: /v1/accounts/documents")
        case "port_request_lies_in_country": wrong("country", entry.country, "an ISO 3166 code, as US")
        case "port_type_is_known":
            wrong("type", entry.type, "one of simple, non_simple, wireless, project, toll_free")
        case "ported_number_rings_trunk_of_its_account":
            wrong("trunk_id", entry.trunk?.text, "a trunk of the account")
        default: WriteFailure.ofModel(error)
        }
    }
}
