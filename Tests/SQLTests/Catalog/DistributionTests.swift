import Foundation
import Postgres
import TestSupport
import Testing

/// `db/optional/citus_distribute.sql` runs on this schema, and spreads each table once. There is no Citus here:
/// functions that note what they are asked for stand in for its own.
@Suite(.database) struct DistributionTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test func `every table is distributed by tenant, copied to all nodes or kept on the coordinator`() async throws {
        struct TakeBack: Error {}
        let file = try file()
        let expected = try await expected()
        await #expect(throws: TakeBack.self) {
            try await db.owner.transaction { session in
                try await session.runScript(SQL(unescaped: Self.standIns))
                let keys = try await keys(session)
                try await session.runScript(SQL(unescaped: file))
                let spread = try await session.run("select name || ': ' || spread from citus.tables")
                    .decode(String.self)
                #expect(spread.sorted() == expected)
                #expect(try await self.keys(session) == keys)

                let functions = try await session.run("select count(*) from citus.functions").value(Int.self)
                #expect(functions == Self.calledPerCall.count)

                // Again, as it may be: nothing is left to do.
                try await session.runScript("drop table saved_keys")
                try await session.runScript(SQL(unescaped: file))
                let again = try await session.run("select count(*) from citus.tables").value(Int.self)
                #expect(again == expected.count)
                throw TakeBack()
            }
        }
    }

    @Test func `the file names nothing that is not there`() async throws {
        let names = try Set(file().matches(of: /'([a-z_]+\.[a-z_0-9]+)'/).map { String($0.output.1) })
            .filter { !$0.hasPrefix("citus.") }  // its settings
        #expect(names.isSuperset(of: Self.calledPerCall))
        let unknown = try await db.owner.run(
            """
            select n from unnest(\(names.sorted())) as n
             where to_regclass(n) is null
               and not exists (select from pg_proc p join pg_namespace s on s.oid = p.pronamespace
                                where format('%s.%s', s.nspname, p.proname) = n)
            """
        ).decode(String.self)
        #expect(unknown == [])
    }

    private static let calledPerCall: Set = [
        "routing.calculate_lcr", "billing.hold_calls", "billing.place_holds", "billing.place_hold",
        "billing.release_hold", "billing.post_calls", "billing.top_up", "billing.adjust", "audit.seal", "audit.verify",
    ]

    /// Where each table belongs, by what it is.
    private func expected() async throws -> [String] {
        try await db.tables().compactMap { table in
            let copies = [
                "core.tenants", "core.snapshot_versions", "core.network_claims", "auth.permissions", "routing.edges",
                "core.archives",
            ]
            let schema = table.name.prefix { $0 != "." }
            switch table.name {
            case "core.migrations": return nil
            case "core.global_claims": return "core.global_claims: value"
            case _ where schema == "queue" || schema == "reporting": return nil
            case _ where schema == "ref" || copies.contains(table.name): return "\(table.name): copies"
            default:
                #expect(table.hasTenant, "\(table.name) has no tenant_id: say in citus_distribute.sql where it belongs")
                return "\(table.name): tenant_id"
            }
        }.sorted()
    }

    private func keys(_ session: Connection) async throws -> [String] {
        try await session.run(
            """
            select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
              from pg_constraint where contype = 'f' and conparentid = 0 order by 1
            """
        ).decode(String.self)
    }

    /// Without what is for psql, and in the transaction of the test.
    private func file() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "db/optional/citus_distribute.sql"), encoding: .utf8)
        let kept = text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.hasPrefix("\\") && $0 != "begin;" && $0 != "commit;" }
        return kept.joined(separator: "\n")
    }

    /// As Citus does, they refuse a table that has a key to one that is not distributed yet, or has not the column.
    private static let standIns =
        """
        set local allow_system_table_mods = on;
        create table pg_catalog.pg_dist_partition (logicalrelid regclass primary key);
        insert into pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
        select 1, 'citus', r.oid, n.oid, false, '0' from pg_roles r, pg_namespace n
         where r.rolname = current_user and n.nspname = 'public';
        set local allow_system_table_mods = off;
        create schema citus;
        create table citus.tables (name text, spread text);
        create table citus.functions (name regprocedure);
        set local search_path = citus;

        create function create_reference_table(p_table regclass) returns void language plpgsql as $$
        begin
            if exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = p_table
                          and k.confrelid not in (select logicalrelid from pg_dist_partition)) then
                raise exception '% has a key to a table that is not distributed', p_table;
            end if;
            insert into tables values (p_table::text, 'copies');
            insert into pg_dist_partition values (p_table);
        end $$;
        create function create_distributed_table(p_table regclass, p_column text, colocate_with text) returns void
        language plpgsql as $$
        begin
            if exists (select from pg_constraint k where k.contype = 'f' and k.conrelid = p_table
                          and k.confrelid not in (select logicalrelid from pg_dist_partition)) then
                raise exception '% has a key to a table that is not distributed', p_table;
            end if;
            if not exists (select from pg_attribute where attrelid = p_table and attname = p_column) then
                raise exception '% has no %', p_table, p_column;
            end if;
            if colocate_with <> 'none'
                and colocate_with::regclass not in (select logicalrelid from pg_dist_partition) then
                raise exception '% comes before %', p_table, colocate_with;
            end if;
            insert into tables values (p_table::text, p_column);
            insert into pg_dist_partition values (p_table);
        end $$;
        create function create_distributed_function(p_function regprocedure, p_argument text, colocate_with text)
        returns void language sql as 'insert into functions values (p_function)';
        """
}
