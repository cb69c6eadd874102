import Foundation
import TestSupport
import Testing

@testable import Postgres

@Suite struct CopyTests {
    @Test func `rows go in and come out as they were, in more than one chunk`() async throws {
        let database = try await TestCluster.shared.client()
        try await database.run(
            "create table if not exists copied (id int8, label text, at timestamptz, amount numeric)")
        let count = 20_000
        let moment = Date(timeIntervalSince1970: 1_795_000_000.5)
        try await database.transaction { session in
            let stored = try await session.copyIn("copied (id, label, at, amount)") { writer in
                for id in 0..<count {
                    let label = id % 3 == 0 ? nil : "row \(id)"
                    try await writer.row(id, label, moment, Numeric(units: Int64(id), scale: 2))
                }
            }
            #expect(stored == count)
        }
        var seen = 0
        try await database.lease { session in
            try await session.copyOut("(select id, label, amount from copied order by id)") { row in
                let (id, label) = (try row.field(0, as: Int.self), try row.field(1, as: String.self))
                let amount = try row.field(2, as: Numeric.self)
                #expect(id == seen)
                #expect(label == (seen % 3 == 0 ? nil : "row \(seen)"))
                #expect(amount?.units(atScale: 2) == Int64(seen))
                seen += 1
            }
            // The session goes on as before.
            let total = try await session.run("select count(*) from copied").value(Int.self)
            #expect(total == count)
        }
        #expect(seen == count)
    }

    @Test func `CSV goes in as it came out, null and the empty text apart`() async throws {
        let database = try await TestCluster.shared.client()
        try await database.run("create table if not exists copied_as_csv (id int8, label text)")
        try await database.transaction { session in
            try await session.run(
                "insert into copied_as_csv values (1, E'a,\"b\"\n'), (2, null), (3, ''), (4, E'\\\\.')")
            var lines: [UInt8] = []
            try await session.copyOutCSV("(select id, label from copied_as_csv order by id)") { lines += $0 }
            #expect(
                String(decoding: lines, as: UTF8.self) == "\"1\",\"a,\"\"b\"\"\n\"\n\"2\",\n\"3\",\"\"\n\"4\",\"\\.\"\n"
            )
            // Cut anywhere.
            let stored = try await session.copyInCSV("copied_as_csv (id, label)") { sink in
                for byte in lines { try await sink.write([byte]) }
            }
            #expect(stored == 4)
            let kinds = try await session.run(
                "select count(*) from copied_as_csv group by label order by label nulls first"
            ).decode(Int.self)
            #expect(kinds == [2, 2, 2, 2])
        }
    }

    @Test func `a copy whose sender throws stores nothing and leaves the session usable`() async throws {
        struct Refusal: Error {}
        let database = try await TestCluster.shared.client()
        try await database.run("create table if not exists copied_by_halves (id int8)")
        try await database.lease { session in
            await #expect(throws: Refusal.self) {
                _ = try await session.copyIn("copied_by_halves (id)") { writer in
                    try await writer.row(1)
                    throw Refusal()
                }
            }
            let stored = try await session.run("select count(*) from copied_by_halves").value(Int.self)
            #expect(stored == 0)
        }
    }

    @Test func `a reader that throws ends its session, and the next lease has another`() async throws {
        struct Refusal: Error {}
        let database = try await TestCluster.shared.client { $0.maximumLeases = 1 }
        var first = 0
        await #expect(throws: Refusal.self) {
            try await database.lease { session in
                first = await session.serverProcess
                try await session.copyOut("(select generate_series(1, 100000))") { _ in throw Refusal() }
            }
        }
        let (second, answer) = try await database.lease { session in
            (await session.serverProcess, try await session.run("select 1").value(Int.self))
        }
        #expect(first != second && answer == 1)
        #expect(await database.load == (0, 0))
    }

    @Test func `a row that breaks a rule is the server's error`() async throws {
        let database = try await TestCluster.shared.client()
        try await database.run("create table if not exists copied_with_rule (id int8 primary key)")
        let error = await #expect(throws: PostgresError.self) {
            try await database.lease { session in
                _ = try await session.copyIn("copied_with_rule (id)") { writer in
                    for _ in 0..<2 { try await writer.row(1) }
                }
            }
        }
        #expect(error?.sqlState == "23505")
    }

    @Test func `a table that is not there is an error before any row`() async throws {
        let database = try await TestCluster.shared.client()
        let error = await #expect(throws: PostgresError.self) {
            try await database.lease { _ = try await $0.copyIn("no_such_table (id)") { _ in } }
        }
        #expect(error?.sqlState == "42P01")
    }
}
