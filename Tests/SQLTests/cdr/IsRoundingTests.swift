import Postgres
import TestSupport
import Testing

/// cdr.is_rounding: an amount with fewer decimals.
@Suite(.database) struct IsRoundingTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("0.0111", "0.01", true), ("0.0111", "0.02", true), ("0.0111", "0.011", true), ("0.0111", "0.012", true),
        ("0.0111", "0.0111", true), ("0.0111", "0.01110000", true), ("0.0111", "0.03", false),
        ("0.0111", "0.013", false), ("0.0111", "0.0112", false), ("0.01353", "0.0135", true), ("0.4", "0", true),
        ("0.4", "1", true), ("-0.0111", "-0.01", true),
    ])
    func `rounded up, down or off`(exact: String, rounded: String, isRounding: Bool) async throws {
        let found = try await db.engine.run(
            "select cdr.is_rounding(\(exact)::text::numeric, \(rounded)::text::numeric)"
        ).value(Bool.self)
        #expect(found == isRounding)
    }
}
