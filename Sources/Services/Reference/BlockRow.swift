import Postgres

/// A row of `ref.npa_nxx_blocks` on its way there.
struct BlockRow: Sendable, Equatable {
    var npa = ""
    var nxx = ""
    var block = "A"
    var validFrom = CalendarDay.beginning
    var isDisconnect = false
    var ocn: String?
    var company = ""
    var companyType = "other"
    var lata: String?
    var rateCentre: String?
    var state: String?
    var country: String?

    /// The columns in the order of `write`, behind the line.
    static let columns = """
        npa, nxx, block, valid_from, is_disconnect, ocn, company, company_type, lata, rate_centre, state, country
        """

    func write(line: Int, to writer: CopyWriter) async throws(PostgresError) {
        try await writer.row(
            line, npa, nxx, block, validFrom, isDisconnect, ocn, company, companyType, lata, rateCentre, state,
            country)
    }
}
