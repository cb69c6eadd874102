import Foundation
import Postgres
import TestSupport
import Testing

/// cdr.reconcile: what differs, why, and in what money.
@Suite(.database) struct ReconcileTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let trunks =
        """
        insert into vendor_mgmt.vendors (tenant_id, id, name) values (TENANT, TENANT, 'Vendor');
        insert into vendor_mgmt.carriers (tenant_id, id, vendor_id) values (TENANT, TENANT, TENANT);
        insert into routing.carriers (tenant_id, id, vendor_carrier_id, name) values (TENANT, TENANT, TENANT,
            'Carrier');
        insert into routing.carrier_trunks (tenant_id, id, carrier_id, name, host)
        values (TENANT, ID8, TENANT, 'A', 'a.example'), (TENANT, ID9, TENANT, 'B', 'b.example');
        insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
        values (TENANT, ID7, TENANT, '2026-10-01', '2026-11-01', 'USD');
        """

    private static let classes =
        """
        select concat_ws(' ', match_class, call_count, difference)
          from cdr.reconciliation_classes where tenant_id = TENANT order by match_class
        """

    @Test func `each difference has the first reason that explains it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-02 10:01', '0101', 60000, 60),
                           (ID2, '2026-10-02 10:02', '0102', 61000, 66),
                           (ID3, '2026-10-02 10:03', '0103', 61000, 66),
                           (ID4, '2026-10-02 10:04', '0104', 61000, 66),
                           (ID5, '2026-10-02 10:05', '0105', 60000, 60),
                           (ID6, '2026-10-02 10:06', '0106', 60000, 60),
                           (ID7, '2026-10-02 10:07', '0107', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        try await book.run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, to_number, jurisdiction, duration_ms,
                                        billed_s, rate, amount, currency)
            select TENANT, c.started_at::timestamptz + interval '7 s', c.id, TENANT, '+1212555' || c.number,
                c.jurisdiction,
                   c.talk_ms, c.billed_s, c.rate, c.amount, 'USD'
              from (values (ID1, '2026-10-02 10:01', '0101', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID2, '2026-10-02 10:02', '0102', 'interstate', 61000, 66, 0.01, 0.02),
                           (ID3, '2026-10-02 10:03', '0103', 'interstate', 61000, 120, 0.01, 0.02),
                           (ID4, '2026-10-02 10:04', '0104', 'interstate', 161000, 162, 0.01, 0.027),
                           (ID5, '2026-10-02 10:05', '0105', 'interstate', 60000, 60, 0.02, 0.02),
                           (ID6, '2026-10-02 10:06', '0106', 'intrastate', 60000, 60, 0.02, 0.02),
                           (ID8, '2026-10-02 10:08', '0108', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID9, '2026-10-02 10:01:00.5', '0101', 'interstate', 60000, 60, 0.01, 0.01))
                   c (id, started_at, number, jurisdiction, talk_ms, billed_s, rate, amount)
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["8"])
        #expect(
            try await book.read(Self.classes) == [
                "duplicate 1 0.01000000",
                "duration 1 0.01600000",
                "exact 1 0.00000000",
                "increment 1 0.00900000",
                "jurisdiction 1 0.01000000",
                "missing_ours 1 0.01000000",
                "missing_theirs 1 -0.01000000",
                "rate 1 0.01000000",
                "rounding 1 0.00900000",
            ])
        #expect(
            try await book.read(
                """
                select clock_offset_ms::text from cdr.reconciliation_runs where tenant_id = TENANT
                """
            ) == ["7000"])
        // again: the same
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["8"])
    }

    @Test func `a call at the end of a month is of one run`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-31 23:59:58', '0101', 60000, 60),
                           (ID2, '2026-10-15 12:00', '0102', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        try await book.run(
            """
            insert into cdr.vendor_cdr (tenant_id, started_at, id, carrier_id, to_number, jurisdiction, duration_ms,
                                        billed_s, rate, amount, currency)
            select TENANT, c.started_at::timestamptz + interval '7 s', c.id, TENANT, '+1212555' || c.number,
                c.jurisdiction,
                   c.talk_ms, c.billed_s, c.rate, c.amount, 'USD'
              from (values (ID1, '2026-10-31 23:59:58', '0101', 'interstate', 60000, 60, 0.01, 0.01),
                           (ID2, '2026-10-15 12:00', '0102', 'interstate', 60000, 60, 0.01, 0.01))
                   c (id, started_at, number, jurisdiction, talk_ms, billed_s, rate, amount)
            """)
        try await book.run(
            """
            insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
            values (TENANT, ID6, TENANT, '2026-11-01', '2026-12-01', 'USD')
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["0"])
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID6)::text", as: db.engine) == ["0"])
        #expect(try await book.read(Self.classes) == ["exact 2 0.00000000"])
    }

    @Test func `what is in a dispute stays, and a dispute keeps to its states`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.trunks)
        try await book.run(
            """
            insert into cdr.enriched_cdr (tenant_id, started_at, id, account_id, carrier_trunk_id, direction,
                to_number,
                                          jurisdiction, disposition, sip_code, currency, talk_ms, buy_billed_s,
                                              buy_rate_id,
                                          buy_rate, buy_connect_fee, buy_initial_s, buy_next_s, buy_amount)
            select TENANT, c.started_at::timestamptz, c.id, ACCOUNT, ID8, 'outbound', '+1212555' || c.number,
                'interstate',
                   'answered', 200, 'USD', c.talk_ms, c.billed_s, TENANT, 0.01, 0, 6, 6, c.billed_s * 0.01 / 60
              from (values (ID1, '2026-10-02 10:00', '0101', 60000, 60),
                           (ID2, '2026-10-02 10:01', '0102', 60000, 60)) c (id, started_at, number, talk_ms, billed_s)
            """)
        #expect(
            try await book.read("select cdr.reconcile(TENANT, ID7)::text", as: db.engine) == ["2"])
        try await book.run(
            """
            insert into cdr.disputes (tenant_id, id, carrier_id, reconciliation_run_id, reference, currency,
                                      disputed_amount, reason)
            values (TENANT, ID5, TENANT, ID7, 'D-1', 'USD', 0.02, 'x');
            update cdr.reconciliation_items set dispute_id = ID5 where tenant_id = TENANT;
            """)
        #expect(
            try await book.refusal("select cdr.reconcile(TENANT, ID7)", as: db.engine)
                == Refusal("23514", "disputed_run_is_kept"))
        #expect(
            try await book.refusal(
                """
                update cdr.disputes set status = 'accepted', granted_amount = 0.02 where tenant_id = TENANT
                """
            ) == Refusal("23514", "dispute_keeps_to_its_states"))
        try await book.run(
            """
            update cdr.disputes set status = 'sent', sent_at = now() where tenant_id = TENANT
            """)
        #expect(
            try await book.refusal(
                """
                update cdr.disputes set status = 'partly_accepted' where tenant_id = TENANT
                """
            ) == Refusal("23514", "accepted_dispute_is_granted_as_it_says"))
        try await book.run(
            """
            update cdr.disputes set status = 'partly_accepted', granted_amount = 0.01 where tenant_id = TENANT
            """)
    }

    /// Ours and theirs as talk in ms, seconds billed, rate (- for none), amount; what it is, and in what money.
    static let pairs: [(ours: String, theirs: String, found: String)] = [
        ("60000 60 0.01 0.01", "60000 60 0.01 0.01", "exact 0.00000000"),
        // the same money for other seconds is no difference
        ("60000 60 0.01 0.01", "61000 61 0.01 0.01", "exact 0.00000000"),
        ("61000 66 0.01 0.011", "61000 66 0.01 0.02", "rounding 0.00900000"),
        ("61000 66 0.01 0.011", "61000 66 0.01 0.01", "rounding -0.00100000"),
        ("61000 66 0.0123 0.01353", "61000 66 0.0123 0.0135", "rounding -0.00003000"),
        ("61000 66 0.0123 0.01353", "61000 66 0.0123 0.0136", "rounding 0.00007000"),
        ("61000 66 0.0123 0.01353", "61000 66 - 0.0136", "rounding 0.00007000"),
        // not what rounding makes: something is charged beside the rate
        ("61000 66 0.01 0.011", "61000 66 0.01 0.0121", "rate 0.00110000"),
        ("61000 66 0.01 0.011", "61000 66 0.01 1", "rate 0.98900000"),
        ("61000 66 0.01 0.011", "61000 66 0.02 0.02", "rate 0.00900000"),
        ("61000 66 0.01 0.011", "61000 66 - 0.0121", "rate 0.00110000"),
        ("61000 66 0.01 0.011", "61000 120 0.01 0.02", "increment 0.00900000"),
        ("61000 66 0.01 0.011", "63000 66 0.01 0.011", "exact 0.00000000"),
        ("61000 66 0.01 0.011", "63000 72 0.01 0.012", "increment 0.00100000"),
        ("61000 66 0.01 0.011", "63001 72 0.01 0.012", "duration 0.00100000"),
        ("61000 66 0.01 0.011", "31000 36 0.01 0.006", "duration -0.00500000"),
        ("60000 60 0.01 0.01", "60000 60 0.01 -0.01", "rate -0.02000000"),
        ("60000 60 0.01 0.01", "", "missing_theirs -0.01000000"),
        ("", "60000 60 0.01 0.01", "missing_ours 0.01000000"),
    ]

    @Test func `pairs of figures and what they are`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        var ours: [SideCall] = []
        var theirs: [SideCall] = []
        for (index, pair) in Self.pairs.enumerated() {
            if let call = Self.call(pair.ours, index) { ours.append(call) }
            if let call = Self.call(pair.theirs, index) { theirs.append(call) }
        }
        try await book.ours(ours)
        try await book.theirs(theirs)
        _ = try await book.compare()
        for (index, pair) in Self.pairs.enumerated() {
            let found = try await book.read(
                """
                select concat_ws(' ', match_class, difference) from cdr.reconciliation_items
                 where tenant_id = TENANT and to_number = '+1212555\(1000 + index)'
                """)
            let expected = pair.found.hasPrefix("exact") ? [] : [pair.found]
            #expect(found == expected, "\(pair.ours) against \(pair.theirs)")
        }
    }

    private static func call(_ text: String, _ index: Int) -> SideCall? {
        let parts = text.split(separator: " ").map(String.init)
        guard parts.count == 4, let talk = Int(parts[0]), let billed = Int(parts[1]) else { return nil }
        return SideCall(
            id: UUID(), startedAt: 1_791_158_400 + Double(index) * 1_000, to: "+1212555\(1000 + index)",
            talkMilliseconds: talk, billedSeconds: billed,
            rate: parts[2] == "-" ? nil : Amount(stringLiteral: parts[2]),
            amount: Amount(stringLiteral: parts[3]))
    }

    @Test func `calls about the end of a period are of one run, whichever is made first`() async throws {
        for order in [["TENANT", "ID6"], ["ID6", "TENANT"]] {
            let book: Book = try await db.book()
            try await book.carrier()
            try await book.run(
                """
                insert into cdr.reconciliation_runs (tenant_id, id, carrier_id, period_from, period_to, currency)
                values (TENANT, ID6, TENANT, '2026-11-01Z', '2026-12-01Z', 'USD')
                """)
            // A clock that is five hours ahead; one call begins on the last second of the month, one that they alone
            // have on the first of the next, and one of theirs is billed again.
            let end = 1_793_491_200.0
            var ours: [SideCall] = []
            var theirs: [SideCall] = []
            for (index, time) in [-7_200, -1_000, -1, 0.5, 300, 900, 7_200].enumerated() {
                if let call = Self.call("60000 60 0.01 0.01", index) {
                    var (our, their) = (
                        call,
                        SideCall(
                            id: UUID(), startedAt: 0, to: call.to, talkMilliseconds: 60_000, billedSeconds: 60,
                            rate: "0.01", amount: "0.01")
                    )
                    our.startedAt = end + time
                    their.startedAt = end + time + 18_000 + (index % 2 == 0 ? 2 : -2)
                    ours.append(our)
                    theirs.append(their)
                }
            }
            if var extra = Self.call("60000 60 0.01 0.01", 50) {
                extra.startedAt = end + 18_000 + 20
                theirs.append(extra)
            }
            try await book.ours(ours)
            try await book.theirs(theirs)
            var found: [String: [String]] = [:]
            for run in order { found[run] = try await book.compare(run) }
            #expect(found["TENANT"] == ["exact 3 0.03000000 0.03000000"], "\(order)")
            #expect(
                found["ID6"] == ["exact 4 0.04000000 0.04000000", "missing_ours 1 0.00000000 0.01000000"], "\(order)")
        }
    }

    @Test func `a comparison of one tenant touches nothing of another`() async throws {
        let (mine, other): (Book, Book) = (try await db.book(), try await db.book())
        for book in [mine, other] {
            try await book.carrier()
            if let our = Self.call("60000 60 0.01 0.01", 1) { try await book.ours([our]) }
            if let their = Self.call("60000 60 0.02 0.02", 1) { try await book.theirs([their]) }
        }
        #expect(try await mine.compare() == ["rate 1 0.01000000 0.02000000"])
        #expect(
            try await other.read(
                """
                select concat_ws(' ', (select count(cdr_id) from cdr.vendor_cdr where tenant_id = TENANT),
                                      (select count(*) from cdr.reconciliation_items where tenant_id = TENANT),
                                      (select status from cdr.reconciliation_runs where tenant_id = TENANT))
                """) == ["0 0 open"])
        #expect(
            try await other.refusal("select cdr.reconcile(TENANT, '\(mine.tenant.id)')", as: db.engine)
                == Refusal("23503"))
    }

    @Test func `what a carrier brought us and does not charge is not missing`() async throws {
        let book: Book = try await db.book()
        try await book.carrier()
        if let our = Self.call("60000 60 0.01 0.01", 1) { try await book.ours([our]) }
        try await book.run(
            """
            update cdr.enriched_cdr set direction = 'inbound', buy_amount = 0, buy_rate = null, buy_rate_id = null
             where tenant_id = TENANT
            """)
        #expect(try await book.compare() == [])
    }
}
