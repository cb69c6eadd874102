import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Views as resources: read as tables are, and written by nobody.
@Suite(.database, .serialized) struct ViewTests {
    /// A server with reports of a full tenant: keys of its staff and of its account. That of the server's operator, who
    /// has nothing, is a stranger's.
    private struct Reports: Sendable {
        let api: ResourceServer
        let tenant = UUID()
        let staff: String
        let account: String
        var stranger: String { api.key }

        init(_ api: ResourceServer) async throws {
            self.api = api
            let database = api.server.database
            try await database.makeFullTenant(tenant)
            try await database.makeReports(of: tenant)
            let first = FullTenant.part(1, of: tenant)
            let mine = TestOperator(id: tenant, ban: "", account: first, database: database)
            let permissions = try await ResourceServer.permissions(database)
            staff = try await mine.key(permissions) { $0.requestsPerMinute = 1_000_000 }.text
            account = try await mine.key(permissions) { $0.account = first }.text
        }

        static func run(_ body: @escaping @Sendable (Reports) async throws -> Void) async throws {
            try await ResourceServer.run { api in try await body(Reports(api)) }
        }
    }

    @Test func `it is listed by pages, ordered, counted, filtered and exported`() async throws {
        try await Reports.run { reports in
            let (api, key) = (reports.api, reports.staff)
            let path = "/v1/reporting/daily_traffic"
            let all = try await api.get("\(path)?count=true&order=-sell_amount", key: key)
            #expect(all.status == 200, "\(all.text)")
            // A row for each account, and one for the calls of none.
            #expect(try all.value["total"] == 3)
            #expect(try all.column("sell_amount").first == "2.00000000")
            #expect(try all.column("account_id").filter { $0 == "null" }.count == 1, "\(all.text)")
            for order in ["", "&order=calls", "&order=-day", "&order=margin"] {
                var ids: [String] = []
                var next: String? = "\(path)?limit=1\(order)"
                while let address = next {
                    let page = try await api.get(address, key: key)
                    #expect(page.status == 200, "\(page.text)")
                    ids += try page.column("id")
                    next = page.headers.first(name: "Link")?.firstMatch(of: /<(.*)>; rel="next"/).map { String($0.1) }
                }
                #expect(try ids.count == 3 && Set(ids) == Set(all.column("id")), "\(order)")
            }
            let none = try await api.get("\(path)?account_id%5Bnull%5D=true&fields=calls,currency", key: key)
            #expect(try none.rows.count == 1 && none.column("currency") == ["USD"])
            #expect(try await api.get("\(path)?day%5Blt%5D=2020-01-01", key: key).rows.isEmpty)
            #expect(try await api.get("\(path)?order=jurisdiction", key: key).status == 400)
            let csv = try await api.get("\(path)?format=csv&fields=day,calls", key: key).text.split(separator: "\r\n")
            #expect(csv.count == 4 && csv[0] == "day,calls")
            let lines = try await api.get("\(path)?format=jsonl", key: key).text.split(separator: "\n")
            #expect(lines.count == 3)
        }
    }

    @Test func `a row is read by its key, and ratios are there`() async throws {
        try await Reports.run { reports in
            let (api, key) = (reports.api, reports.staff)
            let path = "/v1/reporting/carrier_performance"
            let row = try #require(try await api.get(path, key: key).rows.first)
            #expect(row["asr_percent"] == "50.00" && row["ner_percent"] == "75.00" && row["acd_s"] == "60.0")
            #expect(row["margin_percent"] == "50.00")
            let name = ["day", "carrier_trunk_id", "currency"].map { row[$0]?.shown ?? "" }.joined(separator: ",")
            let one = try await api.get("\(path)/\(name)", key: key)
            #expect(try one.status == 200 && one.value == row, "\(one.text)")
            #expect(try await api.get("\(path)/\(name)", key: reports.stranger).status == 404)
            for wrong in ["\(name.dropLast(3))EUR", "x", "2026-01-01", "2026-02-30,x,USD"] {
                #expect(try await api.get("\(path)/\(wrong)", key: key).status == 404, "\(wrong)")
            }
            let fresh = try await api.get("/v1/reporting/freshness/daily_traffic", key: key)
            #expect(fresh.status == 200 && fresh.text.contains("age_s"), "\(fresh.text)")
        }
    }

    @Test func `nothing is written through it, and every method is answered`() async throws {
        try await Reports.run { reports in
            let (api, key) = (reports.api, reports.staff)
            let path = "/v1/reporting/daily_traffic"
            let row = try #require(try await api.get(path, key: key).rows.first)
            let one = "\(path)/\(row["day"]?.shown ?? ""),\(row["id"]?.shown ?? "")"
            let writes: [(HTTPMethod, String)] = [
                (.POST, path), (.DELETE, path), (.PATCH, one), (.DELETE, one), (.PUT, one),
            ]
            for (method, address) in writes {
                let answer = try await api.server.ask(method, address, key: key)
                #expect(answer.status == 405 && answer.headers.first(name: "Allow") == "GET, HEAD", "\(method)")
            }
            #expect(try await api.server.ask(.POST, "\(path)/bulk", key: key).status == 405)
            for address in [path, one] {
                let head = try await api.server.ask(.HEAD, address, key: key)
                #expect(head.status == 200 && head.text.isEmpty)
                let options = try await api.server.ask(.OPTIONS, address)
                #expect(options.status == 204 && options.headers.first(name: "Allow") == "GET, HEAD")
            }
        }
    }

    @Test func `each sees its own, and people of an account neither costs nor carriers`() async throws {
        try await Reports.run { reports in
            let api = reports.api
            let account = FullTenant.part(1, of: reports.tenant).text
            for path in ["/v1/reporting/daily_traffic", "/v1/reporting/hourly_traffic"] {
                let rows = try await api.get(path, key: reports.account).rows
                #expect(!rows.isEmpty && rows.allSatisfy { $0["account_id"]?.shown == account }, "\(path)")
                #expect(rows.allSatisfy { $0["margin"] == nil && $0["buy_amount"] == nil && $0["sell_amount"] != nil })
                for query in ["order=margin", "fields=buy_amount", "margin%5Bgt%5D=0"] {
                    #expect(try await api.get("\(path)?\(query)", key: reports.account).status == 400, "\(query)")
                }
                let mine = Set(try await api.get(path, key: reports.staff).column("account_id"))
                #expect(mine.count > 1 && mine.contains(account), "\(path)")
                #expect(try await api.get(path, key: reports.stranger).rows.isEmpty, "\(path)")
            }
            let hidden = try await api.get("/v1/reporting/carrier_performance", key: reports.account)
            #expect(hidden.status == 403 && hidden.text.contains("account-key"))
            let idle = try await api.mine.key([]).text
            for path in ["/v1/reporting/daily_traffic", "/v1/reporting/freshness"] {
                let answer = try await api.get(path, key: idle)
                #expect(answer.status == 403 && answer.text.contains("cdr:read"), "\(answer.text)")
            }
        }
    }

    @Test(arguments: ["publisher_calls", "buyer_calls"])
    func `what partners see of calls is listed since a time`(view: String) async throws {
        try await Reports.run { reports in
            let (api, key) = (reports.api, reports.staff)
            let path = "/v1/tracking/\(view)"
            for query in ["", "?started_at%5Blt%5D=2030-01-01T00:00:00Z", "?format=csv"] {
                let answer = try await api.get(path + query, key: key)
                #expect(answer.status == 400 && answer.text.contains(#""name":"started_at[gte]""#), "\(answer.text)")
            }
            #expect(try await api.get("\(path)?started_at%5Bgte%5D=x", key: key).status == 400)
            let all = try await api.get("\(path)?started_at%5Bgte%5D=2000-01-01T00:00:00Z&limit=3", key: key)
            #expect(try all.status == 200 && all.rows.count == 3, "\(all.text)")
            // The newest come first, and the next page is asked for with the same time.
            #expect(try all.column("started_at") == all.column("started_at").sorted(by: >))
            let link = try #require(all.headers.first(name: "Link")?.firstMatch(of: /<(.*)>; rel="next"/))
            #expect(try await api.get(String(link.1), key: key).rows.count == 1)
            let late = try await api.get("\(path)?started_at%5Bgte%5D=2002-01-01T00:00:00Z", key: key)
            #expect(try late.rows.count == 2)
            let row = try #require(try late.rows.first)
            let one = "\(path)/\(row["started_at"]?.shown ?? ""),\(row["id"]?.shown ?? "")"
            #expect(try await api.get(one, key: key).value == row)
            #expect(try await api.get(one, key: reports.stranger).status == 404)
            // Of whom nobody is a partner sees nothing.
            #expect(try await api.get(one, key: reports.account).status == 404)
        }
    }
}
