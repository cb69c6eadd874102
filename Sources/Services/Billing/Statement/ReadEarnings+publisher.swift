import Foundation
import Postgres
import Telecom

extension ReadEarnings {
    func publisher(_ name: String) async throws -> Recipient {
        let rows = try await database.run(
            """
            select p.id, p.account_id, p.time_zone, p.currency, billing.minor_digits(p.currency), p.payout_minimum,
                   coalesce(nullif(f.bill_to_name, ''), p.name), f.tax_number, f.street, f.city, f.region,
                   f.postal_code, c.name, p.email, coalesce(a.ban, p.code)
              from tracking.publishers p
              left join accounts.accounts a on a.tenant_id = p.tenant_id and a.id = p.partner_account_id
              left join billing.billing_profiles f
                on f.tenant_id = p.tenant_id and f.account_id = p.partner_account_id
              left join ref.countries c on c.code = coalesce(f.country, a.country)
             where p.tenant_id = \(tenant) and (p.name = \(name) or p.code = \(name) or p.id::text = lower(\(name)))
             order by p.id limit 2
            """)
        guard let row = rows.first else {
            let names = try await database.run(
                "select name from tracking.publishers where tenant_id = \(tenant) order by name limit 20"
            ).values(String.self)
            throw BillingFailure(
                "no publisher is called \"\(name)\"; "
                    + (names.isEmpty ? "there is none" : "there are: \(names.joined(separator: ", "))"))
        }
        guard rows.count == 1 else {
            throw BillingFailure("several accounts have a publisher \"\(name)\"; name it by its id")
        }
        return try Self.recipient(row)
    }

    static func recipient(_ row: Row) throws -> Recipient {
        Recipient(
            id: try row.column(0), accountID: try row.column(1), timeZone: try row.column(2),
            currency: try row.column(3), digits: try row.column(4), minimum: try row.column(5),
            party: InvoiceDocument.Party(
                name: try row.column(6), taxNumber: try row.column(7), street: try row.column(8),
                city: try row.column(9), region: try row.column(10), postalCode: try row.column(11),
                country: try row.column(12), email: try row.column(13), ban: try row.column(14)))
    }

    /// What is approved and not paid out: of the period call by call, of before in one line. What is not decided yet
    /// stands aside.
    func earn(_ document: inout StatementDocument, of publisher: Recipient, _ period: StatementPeriod) async throws {
        let zone = publisher.timeZone
        let unpaid: SQL = """
            select v.*, v.occurred_at < \(period.firstDay)::text::timestamp at time zone \(zone) as is_older
              from tracking.conversions v
             where v.tenant_id = \(tenant) and v.publisher_id = \(publisher.id) and v.side = 'payout'
               and v.occurred_at < \(period.nextDay)::text::timestamp at time zone \(zone)
               and not exists (select from billing.payout_items i
                                where i.tenant_id = v.tenant_id and i.conversion_id = v.id and i.released_at is null)
            """
        let rows = try await database.run(
            [
                """
                select 'carried_over', \(publisher.id)::uuid, null::text,
                       count(*) || ' calls of earlier days, not paid yet', '', '',
                       null::integer, null::numeric, null::numeric, sum(u.amount)
                  from (\(unpaid)) u
                 where u.is_older and u.status = 'approved' and u.currency = \(publisher.currency)
                having count(*) > 0
                """,
                """
                select case when u.corrects_conversion_id is null then 'earning' else 'adjustment' end, u.id,
                       to_char(u.call_started_at at time zone \(zone), 'YYYY-MM-DD HH24:MI'),
                       concat_ws(': ', m.name, u.reason), coalesce(c.caller_id, ''), coalesce(c.did, ''),
                       c.connected_duration, null::numeric, null::numeric, u.amount
                  from (\(unpaid)) u
                  join tracking.campaigns m on m.tenant_id = \(tenant) and m.id = u.campaign_id
                  left join tracking.calls c
                    on c.tenant_id = \(tenant) and c.started_at = u.call_started_at and c.id = u.call_id
                 where not u.is_older and u.status = 'approved' and u.currency = \(publisher.currency)
                 order by u.corrects_conversion_id is not null, u.call_started_at, u.id
                 limit \(Self.maximumLines + 1)
                """,
                """
                select case when u.status = 'pending' then 'Not yet approved' when u.status = 'disputed'
                            then 'Disputed by the buyer' else 'In another currency' end, count(*), sum(u.amount),
                       u.currency
                  from (\(unpaid)) u
                 where u.status in ('pending', 'disputed')
                    or u.status = 'approved' and u.currency <> \(publisher.currency)
                 group by 1, 4 order by 1, 4
                """,
            ], deadline: Self.limit)
        document.lines = try rows[0].map(Self.line) + rows[1].map(Self.line)
        document.aside = try rows[2].map(Self.aside)
    }

    static func aside(_ row: Row) throws -> StatementDocument.Aside {
        StatementDocument.Aside(
            reason: try row.column(0), count: try row.column(1), amount: try row.column(2),
            currency: try row.column(3))
    }
}
