import Catalog
import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Lists: pages, filters, order, fields, expansion, counts and exports.
@Suite(.database) struct ListRowsTests {
    private static let path = "/v1/accounts/contacts"

    @Test(arguments: ["", "&order=name", "&order=-name", "&order=created_at", "&order=-is_primary_x"])
    func `pages have every row once, in the order that was asked for`(order: String) async throws {
        try await ResourceServer.run { api in
            for number in 0..<23 { try await api.contact("c\(number)") }
            var names: [String] = []
            var cursor: String?
            repeat {
                let next = cursor.map { "&cursor=\($0)" } ?? ""
                let page = try await api.get("\(Self.path)?limit=5\(order)\(next)")
                if order.contains("_x") {
                    #expect(page.status == 400 && page.text.contains("order"))
                    return
                }
                #expect(page.status == 200, "\(page.text)")
                names += try page.column("name")
                let isMore = try page.value["has_more"] == .boolean(true)
                cursor = isMore ? try page.value["next_cursor"]?.shown : nil
                #expect((page.headers.first(name: "Link") != nil) == isMore)
            } while cursor != nil
            #expect(Set(names).count == 23 && names.count == 23)
            if order == "&order=name" { #expect(names == names.sorted()) }
            if order == "&order=-name" { #expect(names == names.sorted(by: >)) }
            if order == "&order=created_at" { #expect(names.first == "c0") }
            if order.isEmpty { #expect(names.first == "c22") }
        }
    }

    @Test func `the address of the next page is a whole request`() async throws {
        try await ResourceServer.run { api in
            for number in 0..<4 { try await api.contact("p\(number)") }
            let first = try await api.get("\(Self.path)?limit=2&order=name&name[prefix]=p")
            let link = try #require(first.headers.first(name: "Link"))
            let next = try #require(link.firstMatch(of: /<(.*)>; rel="next"/)).1
            #expect(try await api.get(String(next)).column("name") == ["p2", "p3"])
        }
    }

    /// Filters of contacts a, b and c, and whose they leave.
    static let filters: [(String, [String])] = [
        ("name=a", ["a"]), ("name[ne]=a", ["b", "c"]), ("name[gt]=a", ["b", "c"]), ("name[gte]=b&name[lt]=c", ["b"]),
        ("name[lte]=b", ["a", "b"]), ("name[in]=a,c", ["a", "c"]), ("name[prefix]=b", ["b"]),
        ("email[contains]=A@X", ["a"]), ("phone[null]=true", ["a", "c"]), ("phone[null]=false", ["b"]),
        ("phone=%2B12125550100", ["b"]), ("is_primary=true", ["a"]), ("notices[has]=outages", ["c"]),
        ("created_at[gt]=2020-01-01T00:00:00Z", ["a", "b", "c"]), ("created_at[lt]=2020-01-01T00:00:00%2B02:00", []),
        ("name%5Bprefix%5D=b", ["b"]), ("name=", []), ("name='%20or%201=1%20--", []),
    ]

    @Test func `a filter leaves what it says`() async throws {
        try await ResourceServer.run { api in
            let notices = try await api.server.database.owner.run(
                "select pg_get_constraintdef(oid) from pg_constraint where conname ~ 'notices' limit 1"
            ).value(String.self)
            let notice = notices?.firstMatch(of: /'([a-z_]+)'::text/).map { String($0.1) } ?? "outages"
            try await api.contact("a", #","is_primary":true"#)
            try await api.contact("b", #","phone":"+12125550100""#)
            try await api.contact("c", #","notices":["\#(notice)"]"#)
            for (filter, expected) in Self.filters {
                let filter = filter.replacing("outages", with: notice)
                let answer = try await api.get("\(Self.path)?order=name&\(filter)")
                #expect(try answer.column("name") == expected, "\(filter): \(answer.text.prefix(300))")
            }
        }
    }

    static let wrong: [(String, String)] = [
        ("limit=0", "limit"), ("limit=1001", "limit"), ("limit=x", "limit"), ("limit=1&limit=2", "limit"),
        ("count=maybe", "count"), ("order=phone", "order"), ("order=nope", "order"), ("fields=nope", "fields"),
        ("expand=nope", "expand"), ("nope=1", "parameter"), ("name[nope]=1", "parameter"), ("name[gte=1", "parameter"),
        ("created_at=yesterday", "created_at"), ("created_at=2026-02-30T00:00:00Z", "created_at"),
        ("id=x", "id"), ("is_primary=1", "is_primary"), ("phone[null]=1", "phone[null]"), ("metadata=1", "parameter"),
        ("format=xml", "format"), ("name=%00", "address"), ("tenant_id=x", "parameter"),
        ("password_hash=x", "parameter"),
    ]

    @Test func `a list of numbers is asked for one of them`() async throws {
        try await ResourceServer.run { api in
            let body = #"{"account_id":"\#(api.mine.account)","name":"t","allowed_caller_ids":["+12125550100"]}"#
            #expect(try await api.send(.POST, "/v1/routing/trunks", body).status == 201)
            for (number, names) in [("12125550100", ["t"]), ("12125550101", [])] {
                let list = try await api.get("/v1/routing/trunks?allowed_caller_ids%5Bhas%5D=%2B\(number)")
                #expect(try list.column("name") == names, "\(list.text)")
            }
        }
    }

    @Test func `an order by long texts has a next page`() async throws {
        try await ResourceServer.run { api in
            let text = String(repeating: "n", count: 9_000)
            for number in 0..<3 { try await api.contact("l\(number)", #","notes":"\#(text)\#(number)""#) }
            let first = try await api.get("\(Self.path)?order=notes&limit=2")
            let cursor = try first.value["next_cursor"]?.shown ?? ""
            #expect(try await api.get("\(Self.path)?order=notes&limit=2&cursor=\(cursor)").column("name") == ["l2"])
        }
    }

    @Test func `what is wrong with a question is named`() async throws {
        try await ResourceServer.run { api in
            for (query, name) in Self.wrong {
                let answer = try await api.get("\(Self.path)?\(query)")
                #expect(answer.status == 400, "\(query)")
                #expect(answer.headers.first(name: "Content-Type") == "application/problem+json")
                #expect(answer.text.contains(#""name":"\#(name)""#), "\(query): \(answer.text)")
            }
            for cursor in ["x", "WyIiLCJ4Il0", "WzFd", "e30"] {
                let answer = try await api.get("\(Self.path)?cursor=\(cursor)")
                #expect(answer.status == 422 && answer.text.contains("next_cursor"), "\(cursor)")
            }
            // A table of one row has no second page.
            let only = try await api.get("/v1/cdr/summary_states?cursor=WyIiXQ")
            #expect(only.status == 422 && only.text.contains("next_cursor"), "\(only.text)")
        }
    }

    @Test func `fields are chosen, rows that are named are shown, all are counted`() async throws {
        try await ResourceServer.run { api in
            let id = try await api.contact("one")
            for number in 0..<3 { try await api.contact("n\(number)") }
            let page = try await api.get("\(Self.path)?fields=name,id&expand=account&count=true&limit=1&name=one")
            #expect(try page.value["total"] == 1)
            guard case .object(let members)? = try page.rows.first else { throw CocoaError(.featureUnsupported) }
            #expect(members.map(\.name) == ["name", "id", "account"])
            #expect(try page.rows.first?["account"]?["ban"]?.shown == api.mine.ban)
            let all = try await api.get("\(Self.path)?limit=2&count=true")
            #expect(try all.value["total"] == 4 && all.rows.count == 2)
            let one = try await api.get("\(Self.path)/\(id)?expand=account&fields=name")
            #expect(try one.value["account"]?["id"]?.shown == api.mine.account.uuidString.lowercased())
            #expect(one.headers.first(name: "ETag") == nil)
        }
    }

    @Test func `what a key may not read is not shown beside something else`() async throws {
        try await ResourceServer.run { api in
            let key = try await api.mine.key(["routing:read"]).text
            let answer = try await api.get("/v1/routing/trunks?expand=account", key: key)
            // There is no row, and so nothing to expand; but the question is refused all the same.
            #expect(answer.status == 400 && answer.text.contains("accounts:read"), "\(answer.text)")
        }
    }

    @Test func `all rows come as CSV and as JSON lines`() async throws {
        try await ResourceServer.run { api in
            let rows = 4_321
            try await api.server.database.owner.run(
                """
                insert into accounts.contacts (tenant_id, account_id, name, email)
                select \(api.mine.id), \(api.mine.account), case n when 7 then '=cmd' else 'n' || n end,
                       n || '@x.example'
                  from generate_series(1, \(rows)) n
                """)
            let csv = try await api.get("\(Self.path)?format=csv&fields=name,email&order=-name")
            #expect(csv.headers.first(name: "Content-Type") == "text/csv; charset=utf-8")
            let lines = csv.text.split(separator: "\r\n")
            #expect(lines.count == rows + 1 && lines[0] == "name,email")
            // What a spreadsheet would take for a formula.
            #expect(lines.contains("'=cmd,7@x.example"))
            #expect(Set(lines).count == rows + 1)
            let json = try await api.get("\(Self.path)?fields=email", [("Accept", "application/x-ndjson")])
            let documents = try json.text.split(separator: "\n").map { try JSONValue(Array($0.utf8)) }
            #expect(Set(documents.compactMap { $0["email"]?.shown }).count == rows)
            #expect(try await api.get("\(Self.path)?format=csv&limit=1").status == 422)
        }
    }

    @Test func `every table and view that is exposed can be listed, ordered, and read row by row`() async throws {
        try await ResourceServer.run { api in
            let tenant = UUID()
            let database = api.server.database
            try await database.makeFullTenant(tenant)
            try await database.makeReports(of: tenant)
            let full = TestOperator(id: tenant, ban: "", account: FullTenant.part(1, of: tenant), database: database)
            let key = try await full.key(try await ResourceServer.permissions(database)) {
                $0.requestsPerMinute = 1_000_000
            }.text
            var empty: [String] = []
            for resource in try await database.resources() {
                let list = try await api.get("\(resource.list)limit=3", key: key)
                #expect(list.status == 200, "\(resource.name): \(list.text)")
                guard let row = try list.rows.first else {
                    empty.append(resource.name)
                    continue
                }
                let all = try await api.get("\(resource.list)format=csv", key: key)
                #expect(all.status == 200, "\(resource.name)")
                let keys = resource.key.map { row[$0]?.shown ?? "" }.joined(separator: ",")
                guard !keys.isEmpty else { continue }
                let path = keys.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? keys
                let one = try await api.get("\(resource.path)/\(path)", key: key)
                #expect(one.status == 200, "\(resource.name)/\(keys): \(one.text)")
                // An age goes on.
                if resource.name == "reporting.freshness" { continue }
                #expect(try one.value == row, "\(resource.name)")
            }
            // Only what is filled by files that others publish.
            #expect(empty.allSatisfy { $0.hasPrefix("ref.") }, "\(empty)")
        }
    }
}
