import Crypto
package import Foundation
package import Postgres
import Telecom

/// Writes the calls of an invoice as CSV: one row each, and a last one with what rounding the invoice's lines adds. So
/// the column of amounts adds up to the usage on the invoice, to the last digit.
///
/// What an amount follows from beside rate and fee, parts and fees of a plan with extras, is the last column, as JSON.
///
/// Numbers are written without the plus, and times in UTC, so that a spreadsheet takes neither for a formula and the
/// file is the same whoever makes it. Rows go through one at a time: a list is as long as it is.
package struct ExportCallDetail: Sendable {
    private let database: Database
    private let source: ReportSource
    private let tenant: UUID

    /// - Parameters:
    ///   - database: as the engine; it keeps the digest.
    ///   - source: where the calls are read; `nil` is the same database.
    package init(_ database: Database, tenant: UUID, source: ReportSource? = nil) {
        self.database = database
        self.source = source ?? ReportSource(database)
        self.tenant = tenant
    }

    /// A list that was written, and where it was read.
    package struct Written: Sendable {
        package let detail: InvoiceDocument.Detail
        package let origin: ReportSource.Origin
    }

    package static let header =
        "started_at,direction,from,to,country,jurisdiction,talk_s,billed_s,rate,connect_fee,amount,currency,call_id,"
        + "rating,customer_id"

    /// For the sort of a long list.
    private static let limit = Duration.seconds(600)
    private static let chunk = 64 * 1024
    private static let columns = 15

    /// What an invoice says of its usage.
    private struct Usage {
        let cycle: UUID?
        let isDraft: Bool
        let currency: String
        let exact: MoneySum
        let amount: MoneySum
    }

    /// Writes the list, and keeps its digest with a final invoice.
    /// - Parameters:
    ///   - begin: throws away what was written so far: a replica may break off, and the primary begins anew.
    ///   - write: takes a part of the file.
    /// - Throws: `BillingFailure` when the calls do not add up to the invoice any more, or the list differs from the
    ///   one that was made before. What was written then is to be thrown away.
    package func callAsFunction(
        _ invoice: UUID, begin: () throws -> Void = {}, write: ([UInt8]) throws -> Void = { _ in }
    ) async throws -> Written {
        let (list, origin) = try await source.read(for: tenant) { session in
            try begin()
            let usage = try await usage(of: invoice, session)
            var list = CallList(usage: usage)
            if let cycle = usage.cycle { try await append(cycle, to: &list, session, write) }
            try list.end(write)
            return list
        }
        let digest = list.hash.finalize().hex
        try await keep(digest, list.calls, list.usage, invoice)
        return Written(detail: InvoiceDocument.Detail(digest: digest, calls: list.calls), origin: origin)
    }

    /// A list that is being written.
    private struct CallList {
        let usage: Usage
        var hash = SHA256()
        var buffer = Array("\(ExportCallDetail.header)\r\n".utf8)
        var calls = 0
        var sum = MoneySum.zero

        mutating func flush(_ write: ([UInt8]) throws -> Void) throws {
            hash.update(data: buffer)
            try write(buffer)
            buffer.removeAll(keepingCapacity: true)
        }

        /// The last row, with what rounding adds.
        mutating func end(_ write: ([UInt8]) throws -> Void) throws {
            guard sum == usage.exact else {
                throw BillingFailure(
                    "the calls of the invoice add up to \(sum), and its usage is \(usage.exact): some were changed "
                        + "since"
                )
            }
            let rounding = (usage.amount - usage.exact).text(minimumDecimals: 8)
            buffer.append(contentsOf: ",rounding,,,,,,,,,\(rounding),\(usage.currency),,,\r\n".utf8)
            try flush(write)
        }
    }

    private func append(
        _ cycle: UUID, to list: inout CallList, _ session: Connection, _ write: ([UInt8]) throws -> Void
    ) async throws {
        try await session.run("declare calls no scroll cursor for \(query(cycle))", deadline: Self.limit)
        while true {
            let page = try await session.run("fetch 2000 from calls", deadline: Self.limit)
            if page.isEmpty { return }
            for row in page {
                list.sum += MoneySum(try Self.append(row, to: &list.buffer))
                if list.buffer.count >= Self.chunk { try list.flush(write) }
            }
            list.calls += page.count
        }
    }

    private func usage(of invoice: UUID, _ session: Connection) async throws -> Usage {
        let row = try await session.run(
            """
            select i.billing_cycle_id, i.status, i.currency, coalesce(u.exact, 0), coalesce(u.amount, 0)
              from billing.invoices i
             cross join lateral (
                   select sum(l.exact_amount) as exact, sum(l.amount) as amount
                     from billing.invoice_items l
                    where l.tenant_id = i.tenant_id and l.invoice_id = i.id and l.kind = 'usage'
                      and l.tax_category <> 'messaging') u
             where i.tenant_id = \(tenant) and i.id = \(invoice)
            """
        ).first
        guard let row else {
            if try await session.run("select pg_is_in_recovery()").value(Bool.self) ?? false {
                throw ReportSource.Unfit("the replica does not have the invoice yet")
            }
            throw BillingFailure("there is no such invoice")
        }
        let status: String = try row.column(1)
        guard status != "void" else { throw BillingFailure("the invoice is void: its calls are of another one") }
        return Usage(
            cycle: try row.column(0), isDraft: status == "draft", currency: try row.column(2),
            exact: try row.column(3), amount: try row.column(4))
    }

    /// - Returns: its amount.
    private static func append(_ row: Row, to buffer: inout [UInt8]) throws -> Money {
        for index in 0..<columns {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            buffer.append(contentsOf: CSVCell.text(try row.column(index, as: String?.self) ?? "").utf8)
        }
        buffer.append(contentsOf: "\r\n".utf8)
        return try row.column(columns)
    }

    /// All cells as text, and the amount once more as a number. A reseller's own calls, and those of the accounts below
    /// it with the account that made them. What is listed of a call never changes, for the list has a digest: whom the
    /// reseller sells it to may, when one comes between, and the number of an account too.
    private func query(_ cycle: UUID) -> SQL {
        """
        select to_char(e.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.direction::text,
                ltrim(e.from_number::text, '+'), ltrim(e.to_number::text, '+'), coalesce(d.country, ''),
                e.jurisdiction::text, round(e.talk_ms / 1000.0, 3)::text, e.billed_s::text, e.rate::text,
                e.connect_fee::text, e.amount::text, e.currency::text, e.id::text, coalesce(e.rating, ''),
                coalesce(e.customer_id::text, ''), e.amount::numeric
           from (select k.started_at, k.id, k.direction, k.from_number, k.to_number, k.jurisdiction, k.talk_ms,
                        k.sell_billed_s as billed_s, k.sell_rate as rate, k.sell_connect_fee as connect_fee,
                        k.sell_amount as amount, k.currency, k.rating ->> 'sell' as rating, null::uuid as customer_id
                   from billing.calls_of_cycle(\(tenant), \(cycle)) k
                  union all
                 select l.started_at, l.cdr_id, k.direction, k.from_number, k.to_number, k.jurisdiction, k.talk_ms,
                        l.billed_s, l.rate, l.connect_fee, l.amount, l.currency, nullif(l.rating, '{}')::text,
                        k.account_id
                   from billing.resold_calls_of_cycle(\(tenant), \(cycle)) l
                   left join lateral (select * from cdr.enriched_cdr k
                                       where k.tenant_id = \(tenant) and k.started_at = l.started_at and k.id = l.cdr_id
                                      offset 0) k on true) e
           left join cdr.destinations() d on d.prefix = cdr.destination_prefix(e.to_number)
          order by e.started_at, e.id
        """
    }

    private func keep(_ digest: String, _ calls: Int, _ usage: Usage, _ invoice: UUID) async throws {
        if usage.isDraft { return }
        try await database.run(
            """
            update billing.invoices set detail_digest = \(digest), detail_calls = \(calls)
             where tenant_id = \(tenant) and id = \(invoice) and detail_digest is null
            """)
        let kept = try await database.run(
            "select detail_digest from billing.invoices where tenant_id = \(tenant) and id = \(invoice)"
        ).value(String.self)
        guard kept == digest else {
            throw BillingFailure("the list is not the one that was made before: its SHA-256 is not \(kept ?? "-")")
        }
    }
}
