import Postgres
import TestSupport
import Testing

/// numbers.area_code_use: what the plan keeps an area code for; the same as NorthAmerica.use(ofAreaCode:) says.
@Suite(.database) struct AreaCodeUseTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every one of the thousand codes has one use`() async throws {
        let counts = try await db.app.run(
            """
            select numbers.area_code_use(lpad(n::text, 3, '0')) || ' ' || count(*)
              from generate_series(0, 999) n group by numbers.area_code_use(lpad(n::text, 3, '0')) order by 1
            """
        ).decode(String.self)
        #expect(
            counts == [
                "geographic 632", "invalid 208", "non_geographic 10", "personal 32", "premium 1", "reserved 110",
                "toll_free 7",
            ])
    }

    @Test(arguments: [
        ("212", "geographic"), ("787", "geographic"), ("876", "geographic"), ("800", "toll_free"), ("833", "toll_free"),
        ("888", "toll_free"), ("822", "reserved"), ("880", "reserved"), ("889", "reserved"), ("390", "reserved"),
        ("370", "reserved"), ("969", "reserved"), ("900", "premium"), ("500", "personal"), ("521", "personal"),
        ("589", "personal"), ("600", "non_geographic"), ("710", "non_geographic"), ("456", "non_geographic"),
        ("911", "invalid"), ("211", "invalid"), ("199", "invalid"), ("", "invalid"), ("21", "invalid"),
        ("2120", "invalid"), ("abc", "invalid"),
    ])
    func `tells uses apart`(areaCode: String, use: String) async throws {
        #expect(try await db.app.run("select numbers.area_code_use(\(areaCode))").value(String.self) == use)
    }
}
