import Testing

@testable import Services

@Suite struct CalendarDayTests {
    @Test(
        arguments: [
            ("2026-11-01", "2026-11-01"), ("11/01/2026", "2026-11-01"), ("1/2/2026", "2026-01-02"),
            ("11-1-2026", "2026-11-01"), ("20261101", "2026-11-01"), ("11/01/2026 00:00:00", "2026-11-01"),
            ("2026-11-01T12:00:00Z", "2026-11-01"), ("02/29/2024", "2024-02-29"), ("02/29/2000", "2000-02-29"),
            ("2000-01-01", "2000-01-01"), ("1999-12-31", "1999-12-31"), ("1900-03-01", "1900-03-01"),
            ("02/29/2026", nil), ("02/29/1900", nil), ("13/01/2026", nil), ("00/10/2026", nil), ("11/31/2026", nil),
            ("11/01/26", nil), ("110126", nil), ("2026-1-1", nil), ("tomorrow", nil), ("", nil), ("1847-01-01", nil),
            ("11/+1/2026", nil), ("2026-11", nil),
        ] as [(String, String?)])
    func `is read as publishers write it`(text: String, expected: String?) {
        #expect(CalendarDay(text)?.description == expected)
    }

    @Test func `days of three centuries come back as their text, in order`() throws {
        var day = try #require(CalendarDay("1900-01-01"))
        for year in 1900..<2200 {
            for (month, text) in ["01", "02", "12"].map({ ($0, "\(year)-\($0)-01") }) {
                let next = try #require(CalendarDay(text))
                #expect(next.description == text && (day < next || text == "1900-01-01"), "\(month)")
                day = next
            }
        }
        #expect(CalendarDay.beginning < day && CalendarDay.beginning.description == "-infinity")
    }
}
