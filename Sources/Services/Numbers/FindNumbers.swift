package import Postgres

/// Looks for numbers that can be had, for staff and for people of an account.
package enum FindNumbers {
    /// What a number is to be; what is `nil` may be anything.
    package struct Wish: Sendable {
        /// ISO 3166.
        package var country: String?
        package var areaCode: String?
        /// State or province.
        package var region: String?
        package var locality: String?
        package var rateCentre: String?
        /// `local`, `toll_free`, `mobile` or `national`.
        package var kind: String?
        /// Digits that are anywhere in it; with a star at an end only the other end is said.
        package var contains: String?
        /// What it is to take: of `FindNumbers.capabilities`.
        package var capabilities: [String] = []
        package var limit = 50

        package init() {}
    }

    /// A number that can be had.
    package struct Found: Sendable {
        package let number: String
        package let kind: String
        package let country: String
        package let region: String?
        package let areaCode: String?
        package let locality: String?
        package let rateCentre: String?
        package let capabilities: [String]
        package let priceClass: String
    }

    package static let kinds = ["local", "toll_free", "mobile", "national"]
    package static let capabilities = ["voice", "sms", "mms", "fax", "e911"]
    package static let most = 100

    /// - Throws: `ResourceFault`, or `PostgresError`.
    package static func available(_ wish: Wish, _ session: Connection) async throws -> [Found] {
        let unknown = wish.capabilities.filter { !capabilities.contains($0) }
        guard unknown.isEmpty else {
            throw ResourceFault(
                unknown.map {
                    .init("capabilities", $0, expected: "one of \(capabilities.joined(separator: ", "))")
                })
        }
        let like = try wish.contains.map(Self.pattern)
        return try await AskModel.run(
            """
            select number, kind, country, region, area_code, locality, rate_centre, capabilities, price_class
              from numbers.find_available(\(wish.country)::text, \(wish.areaCode)::text, \(wish.region)::text,
                                          \(wish.locality)::text, \(wish.rateCentre)::text, \(wish.kind)::text,
                                          \(like)::text, \(wish.capabilities)::text[], \(Int32(wish.limit)))
            """, session
        ).map { row in
            Found(
                number: try row.column(0), kind: try row.column(1), country: try row.column(2),
                region: try row.column(3), areaCode: try row.column(4), locality: try row.column(5),
                rateCentre: try row.column(6), capabilities: try row.column(7), priceClass: try row.column(8))
        }
    }

    /// As LIKE has it: there is nothing in digits and stars that means something else to it.
    /// - Throws: `ResourceFault` when it is none.
    static func pattern(_ text: String) throws -> String {
        guard let match = text.wholeMatch(of: /(\*?)\+?([0-9]{1,15})(\*?)/) else {
            throw ResourceFault.parameter(
                "contains", text, expected: "1 to 15 digits, as 2125, or with a star at an end, as 1212* or *0100")
        }
        switch (match.1.isEmpty, match.3.isEmpty) {
        case (true, false): return "+\(match.2)%"
        case (false, true): return "%\(match.2)"
        default: return "%\(match.2)%"
        }
    }
}
