import Postgres
import TestSupport
import Testing

/// reporting.refresh: reports, and who sees what of them.
@Suite(.database, .serialized) struct RefreshTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let sums =
        """
        insert into cdr.hourly_summary (tenant_id, bucket_at, account_id, carrier_trunk_id, direction, currency,
                                        calls, seizures, answered, effective, talk_ms, sell_amount, buy_amount,
                                        pdd_calls, pdd_ms, pdd_histogram, rolled_up_at)
        values (TENANT, date_trunc('hour', now(), 'UTC'), ACCOUNT, ID9, 'outbound', 'USD', 4, 4, 2, 3, 120000, 2, 1,
                2, 240, array_fill(0, array[1]) || array[2] || array_fill(0, array[19]), now());
        insert into cdr.daily_summary (tenant_id, day, account_id, carrier_trunk_id, direction, currency, calls,
                                       seizures, answered, effective, talk_ms, sell_amount, buy_amount, pdd_calls,
                                       pdd_ms, pdd_histogram, rolled_up_at)
        values (TENANT, current_date, ACCOUNT, ID9, 'outbound', 'USD', 4, 4, 2, 3, 120000, 2, 1, 2, 240,
                array_fill(0, array[1]) || array[2] || array_fill(0, array[19]), now());
        """

    private static let all =
        """
        select reporting.refresh('hourly_traffic'), reporting.refresh('daily_traffic'),
            reporting.refresh('carrier_performance')
        """

    private static let seen =
        """
        select concat_ws(' ', (select count(*) from reporting.hourly_traffic),
                         (select count(*) from reporting.daily_traffic),
                         (select count(*) from reporting.carrier_performance),
                         (select count(margin) from reporting.daily_traffic))
        """

    @Test func `says how many rows it has, and records it`() async throws {
        let book: Book = try await db.book()
        try await book.run(Self.sums)
        try await book.run(Self.all, as: db.engine)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', seizures, asr_percent, ner_percent, acd_s, margin_percent, pdd_mean_ms,
                    pdd_p50_ms, pdd_p95_ms)
                  from reporting.carrier_performance_data where tenant_id = TENANT
                """
            ) == ["4 50.00 75.00 60.0 50.00 120 120 138"])
        #expect(
            try await book.read(
                """
                select concat_ws(' ', r.name, r.row_count > 0, f.age_s < 60, f.lag_s is not null)
                  from reporting.reports r join reporting.freshness f using (name) order by 1
                """
            ) == ["carrier_performance t t t", "daily_traffic t t t", "hourly_traffic t t t"])
        #expect(
            try await book.read("select (count(*) >= 3)::text from reporting.refreshes") == ["true"])
    }

    @Test func `what is no report is refused, and the API may not refresh or read behind the views`() async throws {
        let book: Book = try await db.book()
        #expect(
            try await book.refusal("select reporting.refresh('nothing')", as: db.engine)
                == Refusal("22023"))
        #expect(
            try await book.refusal("select reporting.refresh('daily_traffic')", as: db.app)
                == .notPermitted)
        #expect(
            try await book.refusal("select count(*) from reporting.daily_traffic_data", as: db.app)
                == .notPermitted)
        #expect(
            try await book.refusal("select count(*) from reporting.daily_traffic_data", as: db.engine)
                == .notPermitted)
    }

    /// Rows of each report and margins that a context sees.
    private func counts(_ context: SQL) async throws -> String? {
        try await db.app.run([context, SQL(unescaped: Self.seen)]).last?.value(String.self)
    }

    @Test func `staff see their tenant, people their accounts without what it cost, and nobody nothing`() async throws {
        let book: Book = try await db.book()
        let other: Book = try await db.book()
        try await book.run(Self.sums)
        try await other.run(Self.sums)
        try await book.run(Self.all, as: db.engine)
        let tenant: Tenant = book.tenant
        #expect(try await counts(tenant.staff) == "1 1 1 1")
        #expect(try await counts(tenant.people(of: [book.account.id])) == "1 1 0 0")
        #expect(try await counts(tenant.people(of: [other.account.id])) == "0 0 0 0")
        #expect(try await counts(tenant.people(of: [])) == "0 0 0 0")
        #expect(try await counts("select 1") == "0 0 0 0")
        #expect(try await counts("select core.set_context(\(tenant.id), null, null, null)") == "0 0 0 0")
    }
}
