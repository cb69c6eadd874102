import Testing

@testable import Schema

@Suite struct MigrationTests {
    @Test func `every migration of the project is well formed`() throws {
        #expect(try Schema.migrations().count > 20)
    }

    @Test(arguments: ["core.sql", "1_core.sql", "0001_core.txt", "abcd_core.sql"])
    func `a name that is not a number and a subject is refused`(file: String) {
        #expect(throws: SchemaError.self) { try Migration(file: file, sql: "-- why\nselect 1;") }
    }

    @Test func `a file without a comment at its top is refused`() {
        #expect(throws: SchemaError.self) { try Migration(file: "0001_core.sql", sql: "select 1;") }
    }

    struct Step: CustomTestStringConvertible, Sendable {
        let sql: String
        let isAllowed: Bool
        var testDescription: String { sql }
    }

    @Test(arguments: [
        Step(sql: "create table a (id int);", isAllowed: true),
        Step(sql: "alter table a add column b text;", isAllowed: true),
        Step(sql: "drop table a;", isAllowed: false),
        Step(sql: "DROP  TABLE a;", isAllowed: false),
        Step(sql: "alter table a drop column b;", isAllowed: false),
        Step(sql: "alter table a rename to b;", isAllowed: false),
        Step(sql: "alter table a rename column b to c;", isAllowed: false),
        Step(sql: "alter table a alter column b type int;", isAllowed: false),
        Step(sql: "alter table a alter b set data type int;", isAllowed: false),
        Step(sql: "alter table a alter b type int;", isAllowed: false),
        Step(sql: "alter table a add c int, alter b type int;", isAllowed: false),
        Step(sql: "alter table a drop b;", isAllowed: false),
        Step(sql: "alter table a drop constraint b;", isAllowed: false),
        Step(sql: "alter table a rename b to c;", isAllowed: false),
        Step(sql: "alter table a set schema b;", isAllowed: false),
        Step(sql: "alter table a detach partition b;", isAllowed: false),
        Step(sql: "alter table a alter b set not null;", isAllowed: false),
        Step(sql: "alter table a alter b drop default;", isAllowed: false),
        Step(sql: "alter table a alter b set default 1;", isAllowed: true),
        Step(sql: "alter table a alter column type set default 1;", isAllowed: true),
        Step(sql: "alter table a add column type text;", isAllowed: true),
        Step(sql: "alter table a add constraint a_is_dropped check (b);", isAllowed: true),
        Step(sql: "alter domain d drop constraint c;", isAllowed: false),
        Step(sql: "alter type t alter attribute b type int;", isAllowed: false),
        Step(sql: "alter type t rename value 'b' to 'c';", isAllowed: false),
        Step(sql: "alter default privileges revoke execute on functions from public;", isAllowed: true),
        Step(sql: "drop policy p on a;", isAllowed: false),
        Step(sql: "drop trigger if exists t on a;", isAllowed: false),
        Step(sql: "drop function if exists f(); create function f() returns int return 1;", isAllowed: false),
        Step(sql: "create or replace function f() returns int language sql as 'select 1';", isAllowed: true),
        Step(sql: "drop index i;", isAllowed: false),
        Step(sql: "drop sequence s;", isAllowed: false),
        Step(sql: "drop materialized view v;", isAllowed: false),
        Step(sql: "drop owned by heddle_app;", isAllowed: false),
        Step(sql: "drop role heddle_app;", isAllowed: false),
        Step(sql: "do $$ begin if true then drop table a; end if; end $$;", isAllowed: false),
        Step(sql: "do $$ begin execute 'alter table a drop b'; end $$;", isAllowed: false),
        Step(sql: "do 'begin alter table a alter b type int; end';", isAllowed: false),
        Step(sql: "do $do$ begin execute format($$alter table %I rename to b$$, 'a'); end $do$;", isAllowed: false),
        Step(sql: "do $$ begin execute 'create table a (id int)'; end $$;", isAllowed: true),
        Step(sql: "select E'it\\'s', 1; drop table a; select E'it\\'s';", isAllowed: false),
        Step(sql: "select 'it''s; drop table a';", isAllowed: true),
        Step(sql: "create table \"a;drop table b\" (id int);", isAllowed: true),
        Step(sql: "alter table a add \"drop\" int;", isAllowed: true),
        Step(sql: "/* /* nested */ drop table a; */ select 1;", isAllowed: true),
        Step(sql: "/* /* nested */ */ drop table a;", isAllowed: false),
        Step(sql: "select '/*'; drop table a; select '*/';", isAllowed: false),
        Step(sql: "select a$b$c from x; drop table a; select a$b$c from x;", isAllowed: false),
        Step(sql: "alter table a alter column b set not null;", isAllowed: false),
        Step(sql: "comment on table a is 'drop table';", isAllowed: true),
        Step(sql: "create function f() returns void language sql as $$ drop table a $$;", isAllowed: true),
        Step(sql: "-- drop table a\nselect 1;", isAllowed: true),
        Step(sql: "/* drop table a; */ select 1;", isAllowed: true),
    ])
    func `what takes something away wants a contract step`(step: Step) throws {
        if step.isAllowed {
            _ = try Migration(file: "0001_x.sql", sql: "-- why\n\(step.sql)")
        } else {
            #expect(throws: SchemaError.self) { try Migration(file: "0001_x.sql", sql: "-- why\n\(step.sql)") }
            let contract = try Migration(file: "0001_x.sql", sql: "-- why\n-- heddle: contract 2.0\n\(step.sql)")
            #expect(contract.contractRelease == "2.0")
        }
    }

    @Test(arguments: ["commit;", "ROLLBACK;", "begin;", "select 1; end;", "abort;", "start transaction;"])
    func `a file of one transaction does not end it`(sql: String) {
        for mark in ["", "-- heddle: contract 2.0\n"] {
            #expect(throws: SchemaError.self) { try Migration(file: "0001_x.sql", sql: "-- why\n\(mark)\(sql)") }
        }
    }

    @Test(arguments: [
        "-- heddle: contract", "-- heddle: contract ", "-- heddle: contract soon", "-- heddle: contract 1.",
        "-- heddle: contract 1.0 2.0", "-- heddle: no transactions", "-- heddle: contracts 1.0",
    ])
    func `a mark without a release, or that is none, is refused`(mark: String) {
        #expect(throws: SchemaError.self) { try Migration(file: "0001_x.sql", sql: "-- why\n\(mark)\nselect 1;") }
    }

    private static let withoutTransaction = "-- why\n-- heddle: no transaction\n"

    @Test(arguments: [
        ("create index concurrently i on a (b);", ConcurrentIndex.create(name: "i", table: "a")),
        (
            "CREATE UNIQUE INDEX CONCURRENTLY i_on ON only core.a using gist (b);",
            .create(name: "i_on", table: "core.a")
        ),
    ])
    func `a file without a transaction makes one index`(sql: String, index: ConcurrentIndex) throws {
        let migration = try Migration(file: "0001_x.sql", sql: Self.withoutTransaction + sql)
        #expect(migration.concurrentIndex == index)
        #expect(!migration.isTransactional)
    }

    @Test(arguments: ["drop index concurrently core.i;", "drop index concurrently if exists core.i"])
    func `a file without a transaction drops one index, in a contract step`(sql: String) throws {
        #expect(throws: SchemaError.self) { try Migration(file: "0001_x.sql", sql: Self.withoutTransaction + sql) }
        let migration = try Migration(
            file: "0001_x.sql", sql: Self.withoutTransaction + "-- heddle: contract 2.0\n" + sql)
        #expect(migration.concurrentIndex == .drop(name: "core.i"))
    }

    @Test(arguments: [
        "create index concurrently i on a (b); select 1;", "create index i on a (b);", "vacuum a;", "",
        "create index concurrently on a (b);", "create index concurrently \"I\" on a (b);",
        "create index concurrently if not exists i on a (b);", "drop index concurrently i, j;",
    ])
    func `a file without a transaction holds nothing else`(sql: String) {
        #expect(throws: SchemaError.self) {
            try Migration(file: "0001_x.sql", sql: Self.withoutTransaction + "-- heddle: contract 2.0\n" + sql)
        }
    }

    @Test func `the checksum is that of the text`() throws {
        let migration = try Migration(file: "0001_x.sql", sql: "-- abc")
        // printf -- '-- abc' | sha256sum
        #expect(migration.checksum.count == 64)
        #expect(try migration.checksum == Migration(file: "0002_y.sql", sql: "-- abc").checksum)
        #expect(try migration.checksum != Migration(file: "0001_x.sql", sql: "-- abd").checksum)
    }
}
