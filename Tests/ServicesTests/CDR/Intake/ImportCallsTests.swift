import Foundation
import Postgres
import TestSupport
import Testing

@testable import Services

/// Files of call records on their way into the database. Each test has its own source, so that they do not meet.
@Suite(.database) struct ImportCallsTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    private static let header = "id,start,answer,end,billsec,from,to,account,carrier\n"

    /// Calls of the demonstration's customer by a carrier of its own, a second apart, in June 2025.
    private static func lines(_ range: Range<Int>, account: String = "TW-1001", carrier: String = "Palisade NYC")
        -> String
    {
        range.map { number in
            let start = 1_750_000_000 + number
            return "\(number),\(start),\(start + 4),\(start + 64),60,2125550100,442079460958,\(account),\(carrier)\n"
        }.joined()
    }

    private func options(_ source: String, _ change: (inout IntakeOptions) -> Void = { _ in }) throws -> IntakeOptions {
        var options = IntakeOptions(
            preset: "generic-csv", mapping: try #require(CDRMapping.preset("generic-csv")), source: source)
        change(&options)
        return options
    }

    private func take(
        _ bytes: [UInt8], _ options: IntakeOptions, progress: (ImportProgress) throws -> Void = { _ in }
    ) async throws -> IntakeResult {
        try await SeedDemo(db.owner)()
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        return try await ImportCalls(db.engine, tenant: SeedDemo.tenant, options)(scratch.path, progress: progress)
    }

    private func counts(_ result: IntakeResult) -> [Int] { [result.imported, result.repeated, result.rejected] }

    private func stored(_ source: String) async throws -> Int {
        try await db.owner.run("select count(*) from cdr.raw_cdr where edge_id = \(source)").value(Int.self) ?? -1
    }

    private func rejects(_ source: String, state: String = "open") async throws -> [String] {
        try await db.owner.run(
            """
            select r.line || ' ' || r.reason from cdr.rejected_lines r
              join cdr.import_files f on f.tenant_id = r.tenant_id and f.id = r.import_file_id
             where f.source = \(source) and r.state = \(state) order by r.line
            """
        ).values()
    }

    @Test func `a record of a month that is in a file alone waits until that is back`() async throws {
        let options = try options("away")
        let july = "x,1752000000,1752000004,1752000064,60,2125550100,442079460958,TW-1001,Palisade NYC\n"
        try await db.owner.run(
            """
            insert into core.archives (name, month, path, sha256, byte_count, digest, row_count, sums, fingerprint,
                                       columns, tool, verified_at, dropped_at)
            values ('cdr.raw_cdr', '2025-07-01', '/x', repeat('0', 64), 1, repeat('0', 64), 0, '{}', 0, '[]', 'x',
                    now(), now())
            """)
        let text = Self.header + Self.lines(0..<1) + july
        #expect(try await counts(take(Array(text.utf8), options)) == [1, 0, 1])
        #expect(
            try await rejects("away") == [
                "3 the calls of 2025-07 are in a file alone: put them back by `heddle archive restore --month "
                    + "2025-07`, then send it again"
            ])
        try await db.owner.run("update core.archives set dropped_at = null where month = '2025-07-01'")
        let file = try await db.owner.run("select name from cdr.import_files where source = 'away'").value(String.self)
        let retried = try await RetryRejects(db.engine, tenant: SeedDemo.tenant)(
            RejectChoice(file: file))
        #expect(retried.imported == 1)
        try await db.owner.run("delete from core.archives where month = '2025-07-01'")
    }

    @Test func `a record becomes a call that waits to be rated, with its account, trunk and carrier`() async throws {
        let options = try options("one")
        let text = Self.header + Self.lines(0..<1, account: "harbor dental pbx")
        #expect(counts(try await take(Array(text.utf8), options)) == [1, 0, 0])
        let row = try await db.owner.run(
            """
            select account_id, trunk_id, t.name, concat_ws(' ', direction, caller, callee, duration_ms, sip_code),
                   num_nulls(routing_id, sell_rate_id, buy_rate_id, processed_at),
                   r.tableoid::regclass::text
              from cdr.raw_cdr r
              left join routing.carrier_trunks t on t.tenant_id = r.tenant_id and t.id = r.carrier_trunk_id
             where edge_id = 'one'
            """
        ).first(UUID?.self, UUID?.self, String?.self, String.self, Int.self, String.self)
        let call = try #require(row)
        #expect(call.0 == SeedDemo.customerAccount && call.1 != nil && call.2 == "Palisade NYC")
        #expect(call.3 == "outbound +12125550100 +442079460958 60000 200" && call.4 == 4)
        #expect(call.5 == "cdr.raw_cdr_p202506")
    }

    @Test func `the same file is told to be one, and the same record in another file changes nothing`() async throws {
        let options = try options("twice")
        let text = Self.header + Self.lines(0..<50)
        #expect(counts(try await take(Array(text.utf8), options)) == [50, 0, 0])
        let again = try await take(Array(text.utf8), options)
        #expect(again.takenBefore != nil && counts(again) == [0, 50, 0])
        #expect(counts(try await take(Array((text + Self.lines(50..<60)).utf8), options)) == [10, 50, 0])
        #expect(try await stored("twice") == 60)
    }

    private struct Ended: Error {}

    @Test func `another call under an id that is taken is a reject, and not a repeat`() async throws {
        let options = try options("taken")
        let line = Self.lines(0..<1)
        let other = line.replacing(",60,", with: ",61,")
        #expect(counts(try await take(Array((Self.header + line + line + other).utf8), options)) == [1, 1, 1])
        #expect(try await rejects("taken") == ["4 another record has its id and its start"])
    }

    @Test func `whoever is ended goes on where the last batch was stored, and nothing is lost or doubled`() async throws
    {
        let options = try options("ended")
        let bad = "9000,nonsense,,,0,1,2,TW-1001,\n"
        let bytes = Array((Self.header + Self.lines(0..<2_500) + bad + Self.lines(2_500..<4_500)).utf8)
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        try await SeedDemo(db.owner)()
        let take = ImportCalls(db.engine, tenant: SeedDemo.tenant, options)
        await #expect(throws: Ended.self) { _ = try await take(scratch.path) { _ in throw Ended() } }
        #expect(try await stored("ended") == 2_000)
        let result = try await take(scratch.path)
        #expect(result.resumedAtLine == 2_002 && counts(result) == [2_500, 0, 1])
        #expect(try await stored("ended") == 4_500)
        #expect(try await rejects("ended") == ["2502 expected a time like 2026-11-26 14:05:00, or a count since 1970"])
        let sums = try await db.owner.run(
            """
            select concat_ws(' ', status, line_count, imported_count, repeated_count, rejected_count,
                             offset_bytes = size_bytes)
              from cdr.import_files where source = 'ended'
            """
        ).value(String.self)
        #expect(sums == "finished 4502 4500 0 1 t")
    }

    @Test func `who dies in a transaction leaves neither its records nor its place in the file`() async throws {
        let options = try options("broken")
        let bytes = Array((Self.header + Self.lines(0..<3_000)).utf8)
        let scratch = try ScratchFile(bytes)
        defer { scratch.remove() }
        try await SeedDemo(db.owner)()
        // What stops the second batch in its last statement.
        try await db.owner.lease { session in
            try await session.runScript(
                """
                create function cdr.stop_import() returns trigger language plpgsql as
                $$ begin raise exception 'stopped' using errcode = 'admin_shutdown'; end $$;
                create trigger stop_import before update on cdr.import_files for each row
                  when (new.source = 'broken' and new.line_count > 2500) execute function cdr.stop_import();
                """)
        }
        let take = ImportCalls(db.engine, tenant: SeedDemo.tenant, options)
        await #expect(throws: PostgresError.self) { _ = try await take(scratch.path) }
        #expect(try await stored("broken") == 2_000)
        try await db.owner.run("drop function cdr.stop_import() cascade")
        let result = try await take(scratch.path)
        #expect(result.resumedAtLine == 2_002 && counts(result) == [1_000, 0, 0])
        #expect(try await stored("broken") == 3_000)
    }

    @Test func `an account that nobody knows is a reject, which is taken when it has come`() async throws {
        let options = try options("unknown")
        let text =
            Self.header + Self.lines(0..<1) + Self.lines(1..<3, account: "LATE-1") + Self.lines(3..<4, account: "")
            + Self.lines(4..<5, carrier: "nobody") + Self.lines(5..<6, carrier: "Palisade")
        let result = try await take(Array(text.utf8), options)
        #expect(counts(result) == [1, 0, 5])
        #expect(
            try await rejects("unknown") == [
                "3 no account is called \"LATE-1\"", "4 no account is called \"LATE-1\"",
                "5 the record names no account", "6 no carrier trunk is called \"nobody\"",
                "7 2 carrier trunks are called \"Palisade\"",
            ])
        let retry = RetryRejects(db.engine, tenant: SeedDemo.tenant)
        let name = try await db.owner.run("select name from cdr.import_files where source = 'unknown'").value(
            String.self)
        let choice = RejectChoice(file: name)
        #expect(try await retry(choice).rejected == 5)
        try await db.owner.run(
            "insert into accounts.accounts (tenant_id, ban, name) values (\(SeedDemo.tenant), 'LATE-1', 'Late')")
        let taken = try await retry(choice)
        #expect(taken.imported == 2 && taken.repeated == 0 && taken.rejected == 3)
        #expect(try await rejects("unknown").count == 3)
        #expect(try await rejects("unknown", state: "resubmitted").count == 2)
        let kept = try await RetryRejects(
            db.engine, tenant: SeedDemo.tenant, keepsUnknownAccounts: true, keepsUnknownCarriers: true)(choice)
        #expect(kept.imported == 3 && kept.rejected == 0)
        #expect(try await rejects("unknown") == [])
        #expect(try await stored("unknown") == 6)
    }

    @Test func `unknown parties are kept under nobody where that is asked for`() async throws {
        let options = try options("kept") {
            $0.keepsUnknownAccounts = true
            $0.keepsUnknownCarriers = true
        }
        let text = Self.header + Self.lines(0..<1, account: "STRANGER", carrier: "x") + Self.lines(1..<2, account: "")
        #expect(counts(try await take(Array(text.utf8), options)) == [2, 0, 0])
        let owned = try await db.owner.run(
            "select count(*) from cdr.raw_cdr where edge_id = 'kept' and num_nonnulls(account_id, carrier_trunk_id) > 1"
        ).value(Int.self)
        #expect(owned == 0)
    }

    @Test func `what was rejected can be dropped, and is listed with its text`() async throws {
        let options = try options("dropped")
        var bytes = Array((Self.header + "1,x,,,0,").utf8)
        bytes += [0xE9, 0]
        bytes += Array("1,2,TW-1001,\n".utf8)
        #expect(counts(try await take(bytes, options)) == [0, 0, 1])
        let list = ListRejects(db.engine, tenant: SeedDemo.tenant)
        let name = try await db.owner.run("select name from cdr.import_files where source = 'dropped'").value(
            String.self)
        let lines = try await list(RejectChoice(file: name), limit: 5)
        #expect(lines.count == 1 && lines[0].line == 2 && lines[0].content.hasPrefix("1,x,,,0,"))
        #expect(try await list.drop(RejectChoice(ids: lines.map(\.id))) == 1)
        #expect(try await list.drop(RejectChoice(ids: lines.map(\.id))) == 0)
        #expect(try await list.count(RejectChoice(file: name)) == 0)
    }

    @Test func `ISO 8859-1 is told as a problem, or read where it is said to be`() async throws {
        var bytes = Array((Self.header + Self.lines(0..<1) + "1,1750000000,,,1,Andr").utf8)
        bytes.append(0xE9)
        bytes += Array(",2125550199,TW-1001,\n".utf8)
        let first = try await take(bytes, try options("latin"))
        #expect(counts(first) == [1, 0, 1])
        #expect(first.problems.first?.expected == "UTF-8; --encoding latin1 reads ISO 8859-1")
        #expect(first.problems.first?.column == 6)
        #expect(counts(try await take(bytes, try options("latin1") { $0.encoding = .latin1 })) == [2, 0, 0])
        let caller = try await db.owner.run(
            "select caller from cdr.raw_cdr where edge_id = 'latin1' and call_id = '1'"
        ).value(String.self)
        #expect(caller == "André")
    }

    /// In the first one the end of the line is all that is missing; it is taken.
    @Test(arguments: [(1, [3, 0, 0]), (14, [2, 0, 1]), (30, [2, 0, 1]), (60, [2, 0, 1])])
    func `a last line that is cut is a reject with its reason, and stops nothing`(
        bytes: Int, expected: [Int]
    ) async throws {
        let text = Self.header + Self.lines(0..<3)
        let source = "cut-\(bytes)"
        #expect(counts(try await take(Array(text.utf8.dropLast(bytes)), try options(source))) == expected)
        #expect(try await stored(source) == expected[0])
        let told = try await rejects(source)
        #expect(told.count == expected[2])
        #expect(told.allSatisfy { $0.hasPrefix("4 ") && $0.contains("the line may be cut") })
    }

    @Test func `a dry run says what would be taken and changes nothing`() async throws {
        let options = try options("dry") { $0.isDryRun = true }
        let text = Self.header + Self.lines(0..<5) + "6,x,,,0,1,2,TW-1001,\n"
        #expect(counts(try await take(Array(text.utf8), options)) == [5, 0, 1])
        #expect(try await stored("dry") == 0)
        #expect(try await db.owner.run("select from cdr.import_files where source = 'dry'").isEmpty)
    }

    @Test func `a file of which nothing can be taken is not taken`() async throws {
        let options = try options("wrong")
        let text = Self.header + Self.lines(0..<200, account: "WRONG")
        let failure = try await #require(throws: ImportFailure.self) { _ = try await take(Array(text.utf8), options) }
        #expect(failure.description.contains("none of the first 200 records can be taken"), "\(failure)")
        #expect(failure.description.contains("no account is called \"WRONG\""), "\(failure)")
        #expect(try await db.owner.run("select from cdr.import_files where source = 'wrong'").isEmpty)
        await #expect(throws: ImportFailure.self) { _ = try await take(Array(Self.header.utf8), options) }
    }

    @Test func `an INVITE and a BYE in different files find each other when they are taken again`() async throws {
        var options = try options("paired")
        options.mapping = try #require(CDRMapping.preset("kamailio-acc"))
        let heading = "method,from_tag,to_tag,callid,sip_code,time,src_user,dst_user,account\n"
        let parties = "2125550100,442079460958,TW-1001\n"
        let invite = heading + "INVITE,a,b,c,200,2025-06-20 10:00:00,\(parties)"
        let bye = heading + "BYE,b,a,c,200,2025-06-20 10:01:00,\(parties)"
        #expect(counts(try await take(Array(invite.utf8), options)) == [0, 0, 1])
        #expect(counts(try await take(Array(bye.utf8), options)) == [0, 0, 1])
        let names = try await db.owner.run(
            "select id from cdr.rejected_lines r where reason like '%INVITE%' or reason like '%BYE%'"
        )
        .values(UUID.self)
        let result = try await RetryRejects(db.engine, tenant: SeedDemo.tenant)(RejectChoice(ids: names))
        #expect(result.imported == 1 && result.rejected == 0)
        #expect(try await stored("paired") == 1)
    }

    @Test func `whoever is ended while INVITEs wait takes no BYE for a lonely one`() async throws {
        var options = try options("waiting")
        options.mapping = try #require(CDRMapping.preset("kamailio-acc"))
        // The first call lasts to the end of the file, the others a few lines.
        func line(_ method: String, _ call: Int, _ second: Int) -> String {
            "\(method),a\(call),b\(call),c\(call),200,\(1_750_000_000 + second),2125550100,442079460958,TW-1001\n"
        }
        var text = "method,from_tag,to_tag,callid,sip_code,time,src_user,dst_user,account\n" + line("INVITE", 0, 0)
        for call in 1...2_000 { text += line("INVITE", call, call) + line("BYE", call, call + 5) }
        text += line("BYE", 0, 3_000)
        let scratch = try ScratchFile(text)
        defer { scratch.remove() }
        try await SeedDemo(db.owner)()
        let take = ImportCalls(db.engine, tenant: SeedDemo.tenant, options)
        await #expect(throws: Ended.self) { _ = try await take(scratch.path) { _ in throw Ended() } }
        let before = try await stored("waiting")
        #expect(before > 900)
        #expect(counts(try await take(scratch.path)) == [2_001 - before, 0, 0])
        #expect(try await stored("waiting") == 2_001)
    }

    @Test func `of a list on one line each object that is not taken is kept`() async throws {
        var options = try options("listed")
        options.mapping = try #require(CDRMapping.preset("json-lines"))
        let objects = ["x", "1750000000", "y"].enumerated().map { number, start in
            "{\"id\":\(number),\"start\":\"\(start)\",\"from\":\"1\",\"to\":\"2\",\"account\":\"TW-1001\"}"
        }
        #expect(counts(try await take(Array("[\(objects.joined(separator: ","))]".utf8), options)) == [1, 0, 2])
        #expect(try await rejects("listed").map { $0.prefix(2) } == ["1 ", "1 "])
    }

    @Test func `an address is found by the narrowest network of the customers`() async throws {
        try await SeedDemo(db.owner)()
        var references = ResolveReferences(tenant: SeedDemo.tenant)
        func call(_ account: String?, _ carrier: String? = nil) -> IntakeCall {
            var call = IntakeCall(id: UUID(), edge: "x", startedMicroseconds: 0)
            call.accountReference = account
            call.carrierReference = carrier
            return call
        }
        let words = [
            "127.0.0.10", "127.0.0.10:5060", "sip:x@127.0.0.10;transport=udp", "TW-1003", "redwood switchboard",
        ]
        try await db.engine.lease { session in
            try await references.learn(words.map { call($0) } + [call("198.51.100.77", "Great Basin RNO")], session)
        }
        let found = words.map { word -> UUID? in
            if case .known(let customer) = references.customer(word) { return customer.accountID }
            return nil
        }
        #expect(Set(found).count == 1 && found[0] != nil)
        guard case .unknown(0) = references.customer("198.51.100.77") else {
            Issue.record("nobody calls from there")
            return
        }
        guard case .known = references.carrier("Great Basin RNO") else {
            Issue.record("a carrier trunk has that name")
            return
        }
    }
}
