package import Foundation
package import Postgres
package import Telecom

/// Money that came in, as staff enters it.
package struct PaymentEntry: Sendable {
    package let accountID: UUID
    package let amount: Money
    /// card, direct_debit, transfer, check, cash or other.
    package var method = "transfer"
    /// The bank's or the customer's own word for it. The same one is recorded once.
    package var reference: String?
    /// Which provider's word that is, where it is one's.
    package var provider = ""
    package var memo = ""
    /// `nil` is now.
    package var receivedAt: Date?

    package init(accountID: UUID, amount: Money) {
        self.accountID = accountID
        self.amount = amount
    }
}

/// A payment and what became of it.
package struct PaymentLine: Sendable {
    package let id: UUID
    package let ban: String
    package let account: String
    package let currency: String
    package let minorDigits: Int
    package let amount: Money
    package let applied: Money
    package let refunded: Money
    package let unapplied: Money
    package let method: String
    package let status: String
    package let reference: String?
    package let receivedOn: String?
}

/// Records payments, which pay the open invoices of their account, the first due first, and lists them.
package struct RecordPayment: Sendable {
    private let database: Database
    private let tenant: UUID
    private let scope: RequestScope?

    /// - Parameters:
    ///   - database: as the engine.
    ///   - scope: who reports it, where that is somebody who asked over HTTP.
    package init(_ database: Database, tenant: UUID, for scope: RequestScope? = nil) {
        self.database = database
        self.tenant = tenant
        self.scope = scope
    }

    private static let otherReference = "a reference that no other payment has"

    /// - Returns: the payment, and whether it is new: the one with the same reference that was there before is not.
    package func callAsFunction(_ entry: PaymentEntry) async throws -> (payment: PaymentLine, isNew: Bool) {
        try await database.transaction(context: scope?.opening) { session in
            try await Self.record(entry, of: tenant, session)
        }
    }

    /// The same in a transaction of its caller's.
    package static func record(
        _ entry: PaymentEntry, of tenant: UUID, _ session: Connection
    ) async throws -> (payment: PaymentLine, isNew: Bool) {
        let id = UUID.v7()
        let account = try await session.run(
            """
            select ban, billing.minor_digits(currency) from accounts.accounts
             where tenant_id = \(tenant) and id = \(entry.accountID)
            """
        ).first(String.self, Int.self)
        guard let (ban, digits) = account else {
            throw BillingFailure("there is no such account", "account_id", expected: "the id of an account")
        }
        let unit = (0..<(8 - min(digits, 8))).reduce(Int64(1)) { unit, _ in unit * 10 }
        guard entry.amount > .zero, entry.amount.units % unit == 0 else {
            throw BillingFailure(
                "\(entry.amount) is no amount above zero in the minor digits of the currency", "amount",
                expected: "an amount above 0 with \(digits) decimals at most")
        }
        let inserted = try await session.run(
            """
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status,
                                          provider, external_id, memo, received_at)
            select tenant_id, \(id), id, \(entry.amount), currency, \(entry.method), 'succeeded',
                   \(entry.provider), \(entry.reference), \(entry.memo),
                   coalesce(\(entry.receivedAt)::timestamptz, now())
              from accounts.accounts where tenant_id = \(tenant) and id = \(entry.accountID)
            on conflict (tenant_id, provider, external_id) do nothing
            """
        ).affected
        if inserted > 0 { try await session.run("select billing.apply_payment(\(tenant), \(id))") }
        let lines = try await session.run(
            PaymentLine.query(
                """
                p.id = \(id) or \(inserted == 0) and p.provider = \(entry.provider)
                               and p.external_id = \(entry.reference)
                """, of: tenant, 1))
        guard let line = try lines.first.map(PaymentLine.init) else {
            throw BillingFailure("the payment is not there")
        }
        guard inserted > 0 || line.ban == ban else {
            throw BillingFailure(
                "the account \(line.ban) used that reference, for a payment of \(line.amount)", "reference",
                expected: otherReference)
        }
        guard inserted > 0 || line.amount == entry.amount else {
            throw BillingFailure(
                "a payment with that reference was recorded before, of \(line.amount)", "reference",
                expected: otherReference)
        }
        return (line, inserted > 0)
    }

    /// The newest first.
    package func list(account: UUID?, limit: Int) async throws -> [PaymentLine] {
        try await database.run(
            PaymentLine.query("\(account)::uuid is null or p.account_id = \(account)", of: tenant, limit)
        ).map(PaymentLine.init)
    }
}

extension PaymentLine {
    /// Payments that a condition on `p` is true of, the newest first.
    static func query(_ condition: SQL, of tenant: UUID, _ limit: Int) -> SQL {
        """
        select p.id, a.ban, a.name, p.currency, billing.minor_digits(p.currency), p.amount, p.applied_amount,
               p.refunded_amount, p.unapplied_amount, p.method, p.status, p.external_id,
               (p.received_at at time zone a.time_zone)::date::text
          from billing.payments p
          join accounts.accounts a on a.tenant_id = p.tenant_id and a.id = p.account_id
         where p.tenant_id = \(tenant) and (\(condition))
         order by p.created_at desc, p.id desc limit \(limit)
        """
    }

    init(_ row: Row) throws {
        id = try row.column(0)
        ban = try row.column(1)
        account = try row.column(2)
        currency = try row.column(3)
        minorDigits = try row.column(4)
        amount = try row.column(5)
        applied = try row.column(6)
        refunded = try row.column(7)
        unapplied = try row.column(8)
        method = try row.column(9)
        status = try row.column(10)
        reference = try row.column(11)
        receivedOn = try row.column(12)
    }

    /// An amount of it, with its currency.
    package func text(_ amount: Money) -> String { text(MoneySum(amount)) }
    /// An amount in its currency that may be above all that a payment has.
    package func text(_ amount: MoneySum) -> String { "\(currency) \(amount.text(minimumDecimals: minorDigits))" }

    /// Whether an amount is above zero, in the minor digits of the currency.
    func allows(_ amount: Money) -> Bool {
        let unit = (0..<(8 - min(minorDigits, 8))).reduce(Int64(1)) { unit, _ in unit * 10 }
        return amount > .zero && amount.units % unit == 0
    }
}
