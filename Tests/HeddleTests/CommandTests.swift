import ArgumentParser
import Testing

@testable import heddle

@Suite struct CommandTests {
    @Test(arguments: [
        ["serve"], ["serve", "--demo", "--data", "/x"], ["serve", "--role", "edge"], ["migrate", "--check"],
        ["migrate", "--dry-run"], ["seed", "demo"],
        ["seed", "demo", "--address", "carrier_a=127.0.1.2:6000", "--address", "customer=127.0.1.9:6001"],
        ["status", "--config", "/etc/heddle/heddle.conf"], ["balance", "--tenant", "tidewater"],
        ["status", "--json"], ["psql", "--", "-At", "-c", "select 1"],
        ["route", "explain", "--from", "1", "--to", "2", "--trunk", "t"],
        ["call", "demo", "--json"],
        ["cdr", "tail", "-n", "5", "--follow"], ["audit", "verify", "--tenant", "tidewater", "--json"],
        ["audit", "seal"], ["balance"], ["balance", "Harbor", "--json"],
        ["reference", "import", "lerg", "LERG6.csv", "--dry-run"], ["reference", "status", "--json"],
        ["reference", "import", "npa-nxx", "codes.txt", "--as-of", "2026-11-01", "--delta", "--skip-bad", "--json"],
    ])
    func `a command line of the documentation is understood`(arguments: [String]) throws {
        _ = try Heddle.parseAsRoot(arguments)
    }

    /// A command line that is wrong, and what its reader is told.
    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String

        init(_ line: String, _ expected: String) {
            testDescription = line
            self.expected = expected
        }

        /// `''` is an empty word.
        var arguments: [String] { testDescription.split(separator: " ").map { $0 == "''" ? "" : String($0) } }

        private static let role = "expected edge, router or worker, or several separated by commas"
        private static let address = "expected a party and an IPv4 address with its port, like carrier_a=127.0.0.2:5070"

        private static let hash = String(repeating: "0", count: 64)

        static let all = [
            Wrong("nonsense", "Unexpected argument 'nonsense'"),
            Wrong("serve --nonsense", "Unknown option '--nonsense'"),
            Wrong("route explain", "Missing expected argument '--from <from>'"),
            Wrong("cdr tail -n many", "The value 'many' is invalid for '-n <number>'"),
            Wrong("cdr tail -n 0", "--number is 0, expected 1 to 10000"),
            Wrong("cdr tail -n 10001", "--number is 10001, expected 1 to 10000"),
            Wrong("serve --role boss", "--role is \"boss\", \(role)"),
            Wrong("serve --role ''", "--role is \"\", \(role)"),
            Wrong("serve --role edge,,boss", "--role is \"edge,,boss\", \(role)"),
            Wrong("audit verify --tenant x --link 7", "--link is \"7\", expected a number and a hash"),
            Wrong("audit verify --link 7:\(hash)", "--link is of one tenant: name it with --tenant"),
            Wrong("reference import lrn x.csv", "The value 'lrn' is invalid for '<kind>'"),
            Wrong("reference import lerg x.csv --as-of today", "The value 'today' is invalid for '--as-of <date>'"),
            Wrong("seed demo --address carrier_a", "--address is \"carrier_a\", \(address)"),
            Wrong("seed demo --address carrier_z=127.0.0.2:5", "--address is \"carrier_z=127.0.0.2:5\", \(address)"),
            Wrong("seed demo --address customer=host:5070", "--address is \"customer=host:5070\", \(address)"),
            Wrong("seed demo --address customer=127.0.0.9:0", "--address is \"customer=127.0.0.9:0\", \(address)"),
        ]
    }

    @Test(arguments: Wrong.all) func `a wrong command line is refused with what is expected`(line: Wrong) throws {
        let error = try #require(throws: (any Error).self) { try Heddle.parseAsRoot(line.arguments) }
        let message = Heddle.fullMessage(for: error)
        #expect(message.contains(line.expected) && message.contains("Usage: heddle"), "\(message)")
    }

    @Test func `a table's columns are as wide as their widest cell`() {
        var table = Table(["A", "NUMBER"], rightAligned: [1])
        table.add(["longer", "1"])
        table.add(["x", "12345678"])
        #expect(table.text == "A         NUMBER\nlonger         1\nx       12345678")
    }
}
