import Postgres

/// What the database knows of countries and area codes.
struct NumberingPlan: Sendable {
    let countries: Set<String>
    let countryOfAreaCode: [String: String]
    let countryOfState: [String: String]

    static func read(_ database: Database) async throws -> NumberingPlan {
        let countries = try await database.run("select code from ref.countries").values(String.self)
        let codes = try await database.run("select npa, country, region from ref.npa")
            .decode(String.self, String.self, String?.self)
        return NumberingPlan(
            countries: Set(countries),
            countryOfAreaCode: Dictionary(codes.map { ($0.0, $0.1) }) { first, _ in first },
            countryOfState: Dictionary(codes.compactMap { code in code.2.map { ($0, code.1) } }) { first, _ in first })
    }

    /// An area code, or an exchange: three digits, the first 2 to 9.
    static func isCode(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 3 && text.utf8.allSatisfy { (0x30...0x39).contains($0) } && !"01".contains(text.prefix(1))
    }
}
