import Testing

@testable import Postgres

/// Which hosts are looked up, and what libpq is told in their stead.
@Suite struct PlaceTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let address: String
        /// Keywords and values, `nil` where libpq needs nothing beside the address.
        let told: String?
        var testDescription: String { address }
    }

    @Test(arguments: [
        Row(address: "", told: nil),
        Row(address: "host=/run/postgresql", told: nil),
        Row(address: "postgresql://u@192.0.2.1,[2001:db8::1]/x", told: nil),
        Row(address: "host=two.example hostaddr=192.0.2.1", told: nil),
        Row(address: "service=production host=two.example", told: nil),
        Row(address: "host=two.example,one.example port=1,2,3", told: nil),
        Row(address: "host=one.example", told: "host=one.example hostaddr=192.0.2.11"),
        Row(
            address: "postgresql://u@two.example:6432/x",
            told: "host=two.example,two.example hostaddr=192.0.2.21,2001:db8::22 port=6432,6432"),
        Row(
            address: "host=two.example,/run/postgresql,one.example port=1,2,",
            told: "host=two.example,two.example,/run/postgresql,one.example "
                + "hostaddr=192.0.2.21,2001:db8::22,,192.0.2.11 port=1,1,2,"),
        Row(
            address: "host=two.example,one.example hostaddr=192.0.2.9,",
            told: "host=two.example,one.example hostaddr=192.0.2.9,192.0.2.11"),
        Row(
            address: "host=unknown.example,one.example port=1,2",
            told: "host=one.example hostaddr=192.0.2.11 port=2"),
        Row(address: "host=unknown.example", told: ""),
    ])
    func `names become addresses, and nothing else changes`(row: Row) throws {
        let known = ["one.example": ["192.0.2.11"], "two.example": ["192.0.2.21", "2001:db8::22"]]
        let places = try ConnectionTarget(address: row.address, in: [:]).places
        #expect(places.isEmpty == (row.told == nil))
        let parameters = places.resolved { known[$0] ?? [] }.parameters
        #expect(parameters.map { "\($0)=\($1)" }.joined(separator: " ") == row.told ?? "")
    }

    @Test func `this machine is known by its name`() {
        #expect(NameLookUp.addresses(of: "localhost").contains { ["127.0.0.1", "::1"].contains($0) })
    }
}
