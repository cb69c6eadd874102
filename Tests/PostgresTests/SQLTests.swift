import Testing

@testable import Postgres

@Suite struct SQLTests {
    @Test func `values become numbered binds and never text`() {
        let name = "'; drop table accounts; --"
        let sql: SQL = "select \(1) where name = \(name)"
        #expect(sql.statement.text == "select $1 where name = $2")
        #expect(sql.statement.binds[1].bytes == Array(name.utf8))
    }

    @Test func `a part keeps its binds when it is taken into a statement`() {
        let condition: SQL = "a = \(1) and b = \(2)"
        let sql: SQL = "select \(0) from t where \(condition) and c = \(3)"
        #expect(sql.statement.text == "select $1 from t where a = $2 and b = $3 and c = $4")
        #expect(sql.statement.binds.map(\.bytes?.last) == [0, 1, 2, 3])
    }

    @Test func `names are quoted and their quotes doubled`() {
        let sql: SQL = "listen \(identifier: "a\"b")"
        #expect(sql.statement.text == "listen \"a\"\"b\"")
    }

    @Test func `null is a bind of its type without bytes`() {
        let nothing: Int? = nil
        let sql: SQL = "select \(nothing)"
        #expect(sql.statement.binds[0].type == PostgresType.int8)
        #expect(sql.statement.binds[0].bytes == nil)
    }
}
