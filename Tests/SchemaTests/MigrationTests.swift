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
        Step(sql: "alter table a alter b set data type int;", isAllowed: true),
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

    @Test func `a file without a transaction holds one statement`() throws {
        let head = "-- why\n-- heddle: no transaction\n"
        let single = try Migration(file: "0001_x.sql", sql: head + "create index concurrently i on a (b);")
        #expect(!single.isTransactional)
        #expect(throws: SchemaError.self) {
            try Migration(file: "0001_x.sql", sql: head + "create index concurrently i on a (b); select 1;")
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
