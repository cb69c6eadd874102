import Postgres
import TestSupport
import Testing

/// A statement of the owner that nothing should be able to run, and what the proof says to it.
struct Damage: Sendable, CustomTestStringConvertible {
    let statement: String
    let finds: [String]

    var testDescription: String { statement }
}

extension TestDatabase {
    /// A book in which every kind of posting is: a top-up, a correction, a call that was held for, an open hold with
    /// its request, one that was released, an invoice with a credit note, a payment with a refund.
    func postedBook() async throws -> Book {
        let book = try await book()
        try await book.draft("ID3", ["9"])
        try await book.run(
            """
            select billing.top_up(TENANT, ACCOUNT, ID1, 100, 'x'), billing.adjust(TENANT, ACCOUNT, ID1, -3, 'x');
            select billing.place_holds(TENANT, array[ACCOUNT, ACCOUNT, ACCOUNT], array[ID4, ID5, ID6],
                                       array[10, 5, 6], array[1, 1, 1]);
            select billing.release_hold(TENANT, ID6, 'x');
            insert into routing.routing_requests (tenant_id, requested_at, id, cdr_id, edge_id, call_id, from_tag,
                                                  source, direction, account_id, state, code, max_duration_s,
                                                  snapshot_version)
            values (TENANT, now(), ID5, ID5, 'x', 'x', 'x', 'x', 'outbound', ACCOUNT, 'open', 200, 3600, 1);
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, direction, disposition, sip_code,
                                          currency, talk_ms, sell_billed_s, sell_rate_id, sell_rate, sell_connect_fee,
                                          sell_initial_s, sell_next_s, sell_amount, posted_at)
            values (TENANT, '2026-05-05', ID4, ACCOUNT, 'outbound', 'answered', 200, 'USD', 60000, 60, TENANT, 0.1, 0,
                    6, 6, 2.5, now());
            select billing.post_calls(TENANT, array[ID4], array[ACCOUNT], array[ID4], array[2.5],
                                      array['2026-05-05'::timestamptz]);
            select billing.finalise_invoice(TENANT, ID3);
            insert into billing.payments (tenant_id, id, account_id, amount, currency, method, status)
            values (TENANT, ID7, ACCOUNT, 20, 'USD', 'card', 'succeeded');
            select billing.refund_payment(TENANT, ID7, ID8, 'refund', 4, 'x');
            insert into billing.credit_notes (tenant_id, id, account_id, legal_entity_id, invoice_id, currency, reason)
            values (TENANT, ID9, ACCOUNT, TENANT, ID3, 'USD', 'other');
            insert into billing.credit_note_items (tenant_id, account_id, credit_note_id, invoice_item_id, description,
                                                   amount)
            select TENANT, ACCOUNT, ID9, i.id, 'x', 1 from billing.invoice_items i where i.tenant_id = TENANT;
            select billing.issue_credit_note(TENANT, ID9);
            """)
        return book
    }
}

extension Book {
    /// Notes months of both tables of calls as dropped, and takes the call of `postedBook()` away with hers.
    func archiveMay() async throws {
        try await run(
            """
            insert into core.archives (name, month, path, sha256, byte_count, digest, row_count, sums, fingerprint,
                                       columns, tool, verified_at, dropped_at)
            select n, '2026-05-01', '/x', repeat('a', 64), 1, repeat('a', 64), 0, '{}', 0, '[]', 'test', now(), now()
              from unnest(array['cdr.enriched_cdr', 'cdr.level_charges']) n on conflict do nothing;
            delete from cdr.enriched_cdr where tenant_id = TENANT;
            """)
    }

    /// Two messages that were taken: of 0.0315, and of nothing.
    func postedMessages() async throws {
        try await run(MessagePriceTests.plan)
        try await run(
            """
            insert into messaging.mdr (tenant_id, accepted_at, answered_at, id, account_id, segments, sender, currency,
                                       direction, channel, status, recipient)
            values (TENANT, '2026-05-01', '2026-05-01', ID1, ACCOUNT, 3, '+13125550100', 'USD', 'outbound', 'sms',
                    'sent', '+12125550100'),
                   (TENANT, '2026-05-01', '2026-05-01', ID2, ACCOUNT, 3, '+13125550100', 'USD', 'outbound', 'sms',
                    'failed', '+12125550100');
            select billing.post_messages(TENANT);
            """)
    }

    /// Does what the triggers of the ledger refuse: as whoever owns the tables could.
    func damage(_ statement: String) async throws {
        let tables = [
            "billing.ledger", "billing.vouchers", "billing.ledger_periods", "billing.ledger_closings",
            "billing.payments", "billing.refunds", "billing.invoices", "billing.credit_notes", "billing.holds",
        ]
        let off = tables.map { "alter table \($0) disable trigger user;" }.joined(separator: "\n")
        let on = tables.map { "alter table \($0) enable trigger user;" }.joined(separator: "\n")
        try await run("\(off)\n\(statement);\nset constraints all immediate;\n\(on)")
    }

    /// What a function of the proof finds, in words.
    func findings(_ function: String) async throws -> [String] {
        try await read(
            """
            select concat_ws(' ', problem, 'expected ' || expected, 'found ' || found)
              from billing.\(function) order by 1
            """, as: tenant.database.engine)
    }
}
