import Postgres
import TestSupport
import Testing

/// billing.message_price: which row prices a message.
@Suite(.database) struct MessagePriceTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    static let plan =
        """
        insert into billing.rate_plans (tenant_id, id, name, currency) values (TENANT, ID1, 'P', 'USD');
        insert into billing.account_rate_plan (tenant_id, account_id, rate_plan_id, valid_from)
        values (TENANT, ACCOUNT, ID1, '2026-01-01');
        insert into billing.messaging_rates (tenant_id, rate_plan_id, direction, kind, sender, prefix, network, rate,
                                             carrier_fee, blocked, valid_from)
        values (TENANT, ID1, 'outbound', 'sms', 'long_code', '1', '', 0.0075, 0.003, false, '2026-01-01'),
               (TENANT, ID1, 'outbound', 'sms', 'long_code', '1', '', 0.0080, 0.003, false, '2026-06-01'),
               (TENANT, ID1, 'outbound', 'sms', 'long_code', '1', 'att', 0.0075, 0.005, false, '2026-01-01'),
               (TENANT, ID1, 'outbound', 'sms', 'long_code', '1415', '', 0.0060, 0, false, '2026-01-01'),
               (TENANT, ID1, 'outbound', 'sms', 'alphanumeric', '44', '', 0.0400, 0, false, '2026-01-01'),
               (TENANT, ID1, 'outbound', 'mms', 'long_code', '1', '', 0.0200, 0.01, false, '2026-01-01'),
               (TENANT, ID1, 'outbound', 'sms', 'long_code', '53', '', null, 0, true, '2026-01-01'),
               (TENANT, ID1, 'inbound', 'sms', 'long_code', '1', '', 0.0010, 0, false, '2026-01-01');
        """

    @Test(
        arguments: [
            ("'outbound', 'sms', 'long_code', '+12125550100', null, '2026-05-01'", ["0.00750000 0.00300000 f"]),
            ("'outbound', 'sms', 'other', '+12125550100', null, '2026-06-01'", ["0.00800000 0.00300000 f"]),
            ("'outbound', 'sms', 'long_code', '+12125550100', 'att', '2026-07-01'", ["0.00750000 0.00500000 f"]),
            ("'outbound', 'sms', 'long_code', '+12125550100', 'verizon', '2026-05-01'", ["0.00750000 0.00300000 f"]),
            ("'outbound', 'sms', 'long_code', '+14155550100', 'att', '2026-05-01'", ["0.00600000 0.00000000 f"]),
            ("'outbound', 'sms', 'name', '+447700900123', null, '2026-05-01'", ["0.04000000 0.00000000 f"]),
            ("'outbound', 'mms', 'long_code', '+12125550100', 'att', '2026-05-01'", ["0.02000000 0.01000000 f"]),
            ("'outbound', 'sms', 'long_code', '+5355501000', null, '2026-05-01'", ["0.00000000 t"]),
            ("'inbound', 'sms', 'long_code', '+12125550100', 'att', '2026-05-01'", ["0.00100000 0.00000000 f"]),
            ("'outbound', 'sms', 'short_code', '+12125550100', null, '2026-05-01'", []),
            ("'outbound', 'sms', 'long_code', '+442079460000', null, '2026-05-01'", []),
            ("'outbound', 'sms', 'long_code', '+12125550100', null, '2025-12-31'", []),
        ] as [(String, [String])])
    func `the longest prefix, then the network, then the latest`(message: String, expected: [String]) async throws {
        let book: Book = try await db.book()
        try await book.run(Self.plan)
        #expect(
            try await book.read(
                """
                select concat_ws(' ', rate, carrier_fee, blocked)
                  from billing.message_price(TENANT, ACCOUNT, \(message))
                """, as: db.engine) == expected)
    }
}
