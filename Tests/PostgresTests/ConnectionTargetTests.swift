import Testing

@testable import Postgres

@Suite struct ConnectionTargetTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let address: String
        var surroundings: [String: String] = [:]
        let isSafe: Bool
        var testDescription: String { "\(address) \(surroundings)" }
    }

    @Test(arguments: [
        Case(address: "", isSafe: true),
        Case(address: "host=/run/postgresql dbname=x", isSafe: true),
        Case(address: "postgresql://u@localhost/x", isSafe: true),
        Case(address: "postgresql://u@127.0.0.1:6432/x", isSafe: true),
        Case(address: "postgresql://u@db.example.com/x", isSafe: false),
        Case(address: "postgresql://u@db.example.com/x?sslmode=require", isSafe: false),
        Case(address: "postgresql://u@db.example.com/x?sslmode=verify-full", isSafe: true),
        Case(address: "postgresql://u@localhost,db2.example.com/x", isSafe: false),
        Case(address: "host=localhost hostaddr=192.0.2.1", isSafe: false),
        Case(address: "host=db.example.com hostaddr=127.0.0.1", isSafe: true),
        Case(address: "host=db.example.com hostaddr=''", isSafe: false),
        Case(address: "host=a.example.com,b.example.com hostaddr=127.0.0.1,", isSafe: false),
        Case(address: "postgresql://u@db.example.com/x?sslmode=prefer", isSafe: false),
        Case(address: "postgresql://u@db.example.com/x?sslmode=disable", isSafe: false),
        Case(address: "postgresql://u@db.example.com/x?sslmode=verify-ca", isSafe: false),
        Case(address: "service=production", isSafe: false),
        Case(address: "service=production host=db.example.com sslmode=verify-full", isSafe: true),
        // What the string does not say libpq takes from the environment.
        Case(address: "dbname=x", surroundings: ["PGHOST": "db.example.com"], isSafe: false),
        Case(address: "host=localhost", surroundings: ["PGHOSTADDR": "192.0.2.1"], isSafe: false),
        Case(address: "host=localhost", surroundings: ["PGHOST": "db.example.com"], isSafe: true),
        Case(address: "host=db.example.com", surroundings: ["PGSSLMODE": "verify-full"], isSafe: false),
        Case(address: "", surroundings: ["PGSERVICE": "production"], isSafe: false),
    ])
    func `only a checked server may be elsewhere`(row: Case) throws {
        let target = try ConnectionTarget(address: row.address, in: row.surroundings)
        if row.isSafe {
            try target.requireSafety(allowsInsecure: false)
        } else {
            let error = #expect(throws: PostgresError.self) { try target.requireSafety(allowsInsecure: false) }
            #expect(error?.message.contains("sslmode=verify-full") == true)
            try target.requireSafety(allowsInsecure: true)
        }
    }

    @Test func `a program of PostgreSQL is told by its environment`() throws {
        let target = try ConnectionTarget(address: "postgresql://u:secret@127.0.0.1:6432/x")
        #expect(target.environment["PGHOST"] == "127.0.0.1")
        #expect(target.environment["PGPORT"] == "6432")
        #expect(target.environment["PGDATABASE"] == "x")
        #expect(target.environment["PGUSER"] == "u")
        #expect(target.environment["PGPASSWORD"] == "secret")
    }

    @Test func `no password is ever shown`() throws {
        let secret = "hunter2"
        let target = try ConnectionTarget(address: "postgresql://u:\(secret)@localhost/x")
        #expect(!"\(target)".contains(secret))
        let error = #expect(throws: PostgresError.self) {
            try ConnectionTarget(address: "postgresql://u:\(secret)@localhost/x?nonsense=1")
        }
        #expect(error.map { !String(reflecting: $0).contains(secret) } == true)
    }

    /// Passwords that end the user's part of a URI early.
    @Test(arguments: ["hun/ter2", "hun@ter2", "4711/ter2", "hun@ter2/x", "0/ter2"])
    func `a password that is not escaped is refused, and no part of it shown`(secret: String) throws {
        let error = #expect(throws: PostgresError.self) {
            try ConnectionTarget(address: "postgresql://u:\(secret)@db.example.com/x", in: [:])
        }
        #expect(error?.code == .configuration && error?.message.contains("%2F") == true)
        #expect(
            error.map { !String(reflecting: $0).contains("ter2") && !String(reflecting: $0).contains("hun") } == true)
    }
}
