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
        ["cdr", "tail", "-n", "5", "--follow"], ["balance"], ["balance", "Harbor", "--json"],
    ])
    func `a command line of the documentation is understood`(arguments: [String]) throws {
        _ = try Heddle.parseAsRoot(arguments)
    }

    @Test(arguments: [
        ["serve", "--nonsense"], ["route", "explain"], ["cdr", "tail", "-n", "many"], ["nonsense"],
        ["cdr", "tail", "-n", "0"], ["cdr", "tail", "-n", "10001"], ["serve", "--role", "boss"],
        ["serve", "--role", ""],
        ["serve", "--role", "edge,,boss"], ["seed", "demo", "--address", "carrier_a"],
        ["seed", "demo", "--address", "carrier_z=127.0.0.2:5070"], ["seed", "demo", "--address", "customer=host:5070"],
        ["seed", "demo", "--address", "customer=127.0.0.9:0"],
    ])
    func `a wrong command line is refused with what is expected`(arguments: [String]) {
        let error = #expect(throws: (any Error).self) { try Heddle.parseAsRoot(arguments) }
        #expect(error.map { Heddle.fullMessage(for: $0).contains("Usage") } == true)
    }

    @Test func `a table's columns are as wide as their widest cell`() {
        var table = Table(["A", "NUMBER"], rightAligned: [1])
        table.add(["longer", "1"])
        table.add(["x", "12345678"])
        #expect(table.text == "A         NUMBER\nlonger         1\nx       12345678")
    }
}
