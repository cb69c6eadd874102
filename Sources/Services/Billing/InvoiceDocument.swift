package import Foundation
package import Telecom

/// What is on an invoice, as its page shows it.
package struct InvoiceDocument: Sendable {
    package let id: UUID
    package let number: String?
    package let status: String
    package let currency: String
    package let minorDigits: Int
    package let isTaxedAsADocument: Bool
    package let firstDay: String
    /// The last day, not the one after it.
    package let lastDay: String
    package let issuedOn: String?
    package let dueOn: String?
    package let subtotal: MoneySum
    package let taxTotal: MoneySum
    package let total: MoneySum
    package let open: MoneySum
    package let notes: String
    package let detail: Detail?
    package let seller: Party
    package let buyer: Party
    package let statement: Statement?
    package var items: [Item] = []
    package var taxes: [Tax] = []
    package var destinations: [Destination] = []

    /// The list of its calls.
    package struct Detail: Sendable, Equatable {
        /// SHA-256 in hexadecimal digits.
        package let digest: String
        package let calls: Int
    }

    /// Who sells or buys.
    package struct Party: Sendable {
        package var name = ""
        package var taxNumber: String?
        package var street: String?
        package var city: String?
        package var region: String?
        package var postalCode: String?
        package var country: String?
        package var email: String?
        /// Of a seller: how to pay it.
        package var paymentDetails: String?
        /// Of a customer.
        package var ban: String?
        package var purchaseOrder: String?
    }

    /// What the account owed before, and what it owes with this invoice.
    package struct Statement: Sendable {
        package let before: MoneySum
        package let payments: MoneySum
        package let refunds: MoneySum
        package let credits: MoneySum
        package let voided: MoneySum
        package let balance: MoneySum
    }

    /// A line.
    package struct Item: Sendable {
        package let position: Int
        package let kind: String
        package let description: String
        package let firstDay: String
        package let lastDay: String
        package let quantity: MoneySum
        package let unit: String
        /// `nil` where units have many prices.
        package let unitAmount: MoneySum?
        package let exact: MoneySum
        package let amount: MoneySum
        package let calls: Int
        /// Of how many days the whole price is for, if a part of it is charged.
        package let proration: (used: Int, of: Int)?
    }

    /// A tax line.
    package struct Tax: Sendable {
        package let name: String
        package let authority: String
        package let jurisdiction: String
        package let kind: String
        package let calculation: String
        /// The line that it is on; `nil` for the document.
        package let position: Int?
        package let base: MoneySum
        package let rate: MoneySum
        package let quantity: MoneySum
        package let exempt: MoneySum
        package let amount: MoneySum
    }

    /// Calls to a country, or messages.
    package struct Destination: Sendable {
        package let kind: String
        package let direction: String
        package let country: String
        package let jurisdiction: String
        package let units: Int
        package let billedSeconds: Int
        package let amount: MoneySum
    }
}
