import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// What comes at the same time is read and made together; nobody notices but by the time that it takes.
@Suite(.database) struct TogetherTests {
    private static let path = "/v1/accounts/contacts"

    private static func body(_ api: ResourceServer, _ name: String, _ more: String = "") -> String {
        #"{"account_id":"\#(api.mine.account)","name":"\#(name)","email":"x@x.example"\#(more)}"#
    }

    private static func create(
        _ api: ResourceServer, _ name: String, key: String, _ more: String = ""
    ) async throws -> TestServer.Answer {
        try await api.send(.POST, path, body(api, name, more), [("Idempotency-Key", key)])
    }

    @Test func `each row that is made at the same time is the one of its request, in the audit trail as well`()
        async throws
    {
        try await ResourceServer.run { api in
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for number in 0..<80 {
                    // Some have other fields, and so other statements.
                    let more = number % 3 == 0 ? #","notes":"n\#(number)""# : ""
                    group.addTask { try await Self.create(api, "c\(number)", key: "k\(number)", more) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { $0.status == 201 })
            let trail = try await api.server.database.owner.run(
                """
                select request_id, object_id, new_values ->> 'name' from audit.audit_log
                 where tenant_id = \(api.mine.id) and object = 'accounts.contacts' and action = 'insert'
                """
            ).decode(UUID.self, UUID.self, String.self)
            #expect(trail.count == 80)
            let transactions = try await api.server.database.owner.run(
                """
                select count(distinct transaction_id) from audit.audit_log
                 where tenant_id = \(api.mine.id) and object = 'accounts.contacts'
                """
            ).value(Int.self)
            #expect(transactions ?? 80 < 80, "some were made together")
            for answer in answers {
                let request = try #require(answer.headers.first(name: "Request-Id").flatMap(UUID.init(uuidString:)))
                let row = try #require(trail.first { $0.0 == request })
                #expect(try answer.value["id"]?.shown == row.1.uuidString.lowercased())
                #expect(try answer.value["name"]?.shown == row.2)
                #expect(answer.headers.first(name: "Location")?.hasSuffix(row.1.uuidString.lowercased()) == true)
            }
            let names = Set(try answers.map { try $0.value["name"]?.shown ?? "" })
            #expect(names == Set((0..<80).map { "c\($0)" }))
            // Each is answered again as it was.
            for number in [0, 1, 41, 79] {
                let more = number % 3 == 0 ? #","notes":"n\#(number)""# : ""
                let again = try await Self.create(api, "c\(number)", key: "k\(number)", more)
                #expect(again.status == 201 && again.headers.first(name: "Idempotency-Replayed") == "true")
                let first = try answers.first { try $0.value["name"]?.shown == "c\(number)" }
                #expect(again.text == first?.text)
                #expect(again.headers.first(name: "Location") == first?.headers.first(name: "Location"))
                #expect(again.headers.first(name: "ETag") == first?.headers.first(name: "ETag"))
                let other = try await Self.create(api, "other", key: "k\(number)")
                #expect(other.status == 422)
            }
            #expect(try await api.get("\(Self.path)?count=true").value["total"] == 80)
        }
    }

    @Test func `what is wrong is refused alone`() async throws {
        try await ResourceServer.run { api in
            let answers = try await withThrowingTaskGroup(of: (Int, TestServer.Answer).self) { group in
                for number in 0..<60 {
                    // A number that is none is refused by the database alone.
                    let more = number % 5 == 0 ? #","phone":"0123""# : ""
                    group.addTask { (number, try await Self.create(api, "c\(number)", key: "w\(number)", more)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for (number, answer) in answers {
                #expect(answer.status == (number % 5 == 0 ? 422 : 201), "\(answer.text)")
            }
            #expect(try await api.get("\(Self.path)?count=true").value["total"] == 48)
            let keys = try await api.server.database.owner.run(
                """
                select count(*), count(*) filter (where state = 'finished') from queue.idempotency_keys
                 where tenant_id = \(api.mine.id)
                """
            ).first(Int.self, Int.self)
            #expect(keys?.0 == 48 && keys?.1 == 48)
        }
    }

    @Test func `the same key at the same time makes one row`() async throws {
        try await ResourceServer.run { api in
            for round in 0..<5 {
                let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                    for _ in 0..<12 { group.addTask { try await Self.create(api, "r\(round)", key: "same\(round)") } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                // Whoever comes while the first is being answered is told so.
                #expect(answers.allSatisfy { [201, 409].contains($0.status) }, "\(answers.map(\.status))")
                #expect(Set(answers.filter { $0.status == 201 }.map(\.text)).count == 1)
            }
            #expect(try await api.get("\(Self.path)?count=true").value["total"] == 5)
        }
    }

    @Test func `rows that are read at the same time are each the one that was asked for`() async throws {
        try await ResourceServer.run { api in
            var names: [String: String] = [:]
            for number in 0..<12 { names[try await api.contact("c\(number)")] = "c\(number)" }
            let missing = "01890000-0000-7000-8000-000000000000"
            let known = names
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    let id = number % 7 == 0 ? missing : Array(known.keys)[number % known.count]
                    let path = "\(Self.path)/\(number % 2 == 0 ? id : id.uppercased())"
                    let fields = number % 5 == 0 ? "?fields=name" : ""
                    group.addTask {
                        let one = try await api.get(path + fields)
                        guard id != missing else { return #expect(one.status == 404, "\(one.text)") }
                        #expect(try one.value["name"]?.shown == known[id])
                        #expect(one.headers.contains(name: "ETag"))
                        if fields.isEmpty { #expect(try one.value["id"]?.shown == id) }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `pages that are read at the same time are each the one that was asked for`() async throws {
        try await ResourceServer.run { api in
            for number in 0..<30 { try await api.contact("c\(number)") }
            // Each page alone: of each kind, from each place.
            var expected: [String: String] = [:]
            let kinds = [
                "\(Self.path)?limit=7", "\(Self.path)?limit=12", "\(Self.path)?limit=7&fields=name",
                "\(Self.path)?limit=7&fields=name&expand=account", "/v1/ref/countries?limit=100",
                "/v1/accounts/accounts?limit=7",
            ]
            for kind in kinds {
                var path: String? = kind
                var count = 0
                while let one = path {
                    let page = try await api.get(one)
                    #expect(page.status == 200, "\(page.text)")
                    expected[one] = page.text
                    count += try page.rows.count
                    let cursor = try page.value["has_more"] == true ? page.value["next_cursor"]?.shown : nil
                    path = cursor.map { "\(kind)&cursor=\($0)" }
                }
                let table = kind.prefix { $0 != "?" }
                let all = try await api.get("\(table)?count=true")
                #expect(try all.value["total"] == .number(String(count)), "\(kind)")
            }
            let known = expected
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    let path = Array(known.keys)[number % known.count]
                    group.addTask {
                        let page = try await api.get(path)
                        #expect(page.text == known[path], "\(path)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `who reads at the same time sees his own`() async throws {
        try await ResourceServer.run { api in
            let other = try await TestOperator.make(api.server.database)
            let theirs = try await other.key(["accounts:read"]) { $0.requestsPerMinute = 100_000 }.text
            let narrow = try await api.mine.key(["accounts:read"]) {
                $0.account = api.mine.account
                $0.requestsPerMinute = 100_000
            }.text
            let mine = try await api.contact("mine")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<150 {
                    group.addTask {
                        let key = [api.key, theirs, narrow][number % 3]
                        let one = try await api.get("\(Self.path)/\(mine)", key: key)
                        #expect(one.status == (number % 3 == 1 ? 404 : 200))
                        let all = try await api.get("\(Self.path)?limit=50", key: key)
                        #expect(try all.column("name") == (number % 3 == 1 ? [] : ["mine"]))
                        let accounts = try await api.get("/v1/accounts/accounts?limit=10", key: key)
                        let expected = (number % 3 == 1 ? other : api.mine).account.uuidString.lowercased()
                        #expect(try accounts.column("id") == [expected])
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
