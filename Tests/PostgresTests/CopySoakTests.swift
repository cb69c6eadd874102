import Foundation
import TestSupport
import Testing

@testable import Postgres

/// Very many rows into a table and out of it, without gathering them in memory.
@Suite struct CopySoakTests {
    private let rows = Soak.count(short: 200_000, long: 10_000_000)
    /// What the process may grow by: the rows of the long form are a gigabyte; beside the short form other tests run.
    private let growthMaximumBytes = Soak.count(short: 512 << 20, long: 64 << 20)

    @Test func `many rows go in and out in bounded memory`() async throws {
        let cluster = try await TestCluster.start(name: "copysoak")
        let database = try cluster.client()
        try await database.run("create unlogged table many (id int8, label text, at timestamptz, amount numeric)")
        let moment = Date(timeIntervalSince1970: 1_795_000_000)
        let before = try residentBytes()
        var most = before
        try await database.lease { session in
            let stored = try await session.copyIn("many (id, label, at, amount)") { writer in
                for id in 0..<rows {
                    try await writer.row(
                        id, "a row with the number \(id)", moment, Numeric(units: Int64(id), scale: 4))
                    if id % 50_000 == 0 { most = max(most, try residentBytes()) }
                }
            }
            #expect(stored == rows)
            var (count, sum) = (0, 0)
            try await session.copyOut("many") { row in
                count += 1
                sum += try row.field(0, as: Int.self) ?? 0
                if count % 50_000 == 0 { most = max(most, try residentBytes()) }
            }
            #expect(count == rows && sum == rows * (rows - 1) / 2)
        }
        #expect(most - before < growthMaximumBytes, "grew by \((most - before) >> 20) MiB")
        await cluster.discard()
    }

    /// The second number of /proc/self/statm, in pages (proc(5)).
    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * sysconf(Int32(_SC_PAGESIZE))
    }
}
