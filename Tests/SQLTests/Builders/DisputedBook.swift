import Foundation
import Postgres
import TestSupport

extension Book {
    /// A comparison that was made, against an invoice, ID4: one call too dear by 0.02, one too cheap by 0.01, one
    /// that they forgot.
    func compared() async throws {
        try await carrier()
        var calls: [SideCall] = []
        for index in 0..<3 {
            calls.append(
                SideCall(
                    id: UUID(), startedAt: 1_791_158_400 + Double(index) * 1_000, to: "+1212555\(1000 + index)",
                    talkMilliseconds: 60_000, billedSeconds: 60, rate: "0.02", amount: "0.02"))
        }
        try await ours(calls)
        try await theirs(
            zip(calls, ["0.04", "0.01"] as [Amount]).map { call, amount in
                SideCall(
                    id: UUID(), startedAt: call.startedAt, to: call.to, talkMilliseconds: 60_000, billedSeconds: 60,
                    rate: amount, amount: amount)
            })
        try await run(
            """
            insert into vendor_mgmt.contracts (tenant_id, id, vendor_id, number, title, status, dispute_days,
                                               valid_from)
            values (TENANT, TENANT, TENANT, 'C', 'Contract', 'active', 30, '2026-01-01');
            insert into vendor_mgmt.invoices (tenant_id, id, vendor_id, number, currency, amount, period_from,
                                              period_to, issued_at, due_at)
            values (TENANT, ID4, TENANT, 'V-1', 'USD', 0.05, '2026-10-01Z', '2026-11-01Z', '2026-11-02Z',
                    '2026-12-02Z');
            update cdr.reconciliation_runs set vendor_invoice_id = ID4 where tenant_id = TENANT;
            """)
        _ = try await compare()
    }

    /// Disputes with their money, and the invoice.
    func disputes() async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', d.reference, d.status, d.disputed_amount, d.granted_amount, d.answer_due_on,
                             (select count(*) from cdr.reconciliation_items i
                               where i.tenant_id = TENANT and i.dispute_id = d.id))
              from cdr.disputes d where d.tenant_id = TENANT
             union all
            select concat_ws(' ', 'invoice', status, disputed_amount) from vendor_mgmt.invoices where tenant_id = TENANT
             order by 1
            """)
    }
}
