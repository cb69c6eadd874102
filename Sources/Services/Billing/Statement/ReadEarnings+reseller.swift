import Foundation
import Postgres
import Telecom

extension ReadEarnings {
    func reseller(_ name: String) async throws -> Recipient {
        let rows = try await database.run(
            """
            select a.id, a.id, a.time_zone, a.currency, billing.minor_digits(a.currency), 0::numeric,
                   coalesce(nullif(f.bill_to_name, ''), a.name), f.tax_number, f.street, f.city, f.region,
                   f.postal_code, c.name, null::text, a.ban
              from accounts.accounts a
              left join billing.billing_profiles f on f.tenant_id = a.tenant_id and f.account_id = a.id
              left join ref.countries c on c.code = coalesce(f.country, a.country)
             where a.tenant_id = \(tenant) and a.kind = 'reseller'
               and (a.name = \(name) or a.ban = \(name) or a.id::text = lower(\(name)))
             order by a.id limit 2
            """)
        guard let row = rows.first else {
            let names = try await database.run(
                """
                select name from accounts.accounts
                 where tenant_id = \(tenant) and kind = 'reseller' order by name limit 20
                """
            ).values(String.self)
            throw BillingFailure(
                "no reseller is called \"\(name)\"; "
                    + (names.isEmpty ? "there is none" : "there are: \(names.joined(separator: ", "))"))
        }
        guard rows.count == 1 else {
            throw BillingFailure("several resellers are called \"\(name)\"; name it by its BAN")
        }
        return try Self.recipient(row)
    }

    /// What the calls of the accounts right below it leave it: what they pay less what it is charged itself. Where the
    /// two are in different currencies there is no difference, and the call stands aside.
    func earnMargins(
        _ document: inout StatementDocument, of reseller: Recipient, _ period: StatementPeriod
    ) async throws {
        let calls: SQL = """
            select l.* from cdr.level_charges l
             where l.tenant_id = \(tenant) and l.account_id = \(reseller.accountID)
               and l.started_at >= \(period.firstDay)::text::timestamp at time zone \(reseller.timeZone)
               and l.started_at < \(period.nextDay)::text::timestamp at time zone \(reseller.timeZone)
            """
        let rows = try await database.run(
            [
                """
                select 'earning', l.cdr_id,
                       to_char(l.started_at at time zone \(reseller.timeZone), 'YYYY-MM-DD HH24:MI'), '',
                       b.name, coalesce(e.to_number, ''), l.billed_s, l.sold_amount, l.amount, l.margin
                  from (\(calls)) l
                  left join accounts.accounts b on b.tenant_id = \(tenant) and b.id = l.below_account_id
                  left join cdr.enriched_cdr e
                    on e.tenant_id = \(tenant) and e.started_at = l.started_at and e.id = l.cdr_id
                 where l.margin is not null and l.currency = \(reseller.currency)
                   and (l.sold_amount <> 0 or l.amount <> 0)
                 order by l.started_at, l.id
                 limit \(Self.maximumLines + 1)
                """,
                """
                select 'Sold in another currency', count(*), sum(l.sold_amount), l.sold_currency
                  from (\(calls)) l
                 where l.margin is null or l.currency <> \(reseller.currency)
                 group by 4 order by 4
                """,
            ], deadline: Self.limit)
        document.lines = try rows[0].map(Self.line)
        document.aside = try rows[1].map(Self.aside)
    }
}
