import Foundation
import Postgres
import Services
import Synchronization
import TestSupport
import Testing

/// The client of the command line against the server.
@Suite(.database, .served) struct APIClientTests {
    /// How much of a file was sent.
    private final class Sent: Sendable {
        private let numbers = Mutex<[Int64]>([])
        func note(_ number: Int64) { numbers.withLock { $0.append(number) } }
        var all: [Int64] { numbers.withLock(\.self) }
    }

    private static let contacts = "/v1/accounts/contacts"

    private static func ask(_ server: TestServer, _ key: String?) throws -> AskAPI {
        let address = try ServerAddress("http://127.0.0.1:\(server.port)")
        return AskAPI(try APITarget(address, key: key.map { Secret($0) }), retries: 0) { _ in }
    }

    private static func post(_ body: JSONValue, _ key: String? = nil) throws -> APICall {
        try APICall(
            .post, contacts, body: .bytes(Array(body.text.utf8), type: "application/json"), idempotencyKey: key)
    }

    @Test func `rows are made once under one key, and all pages are read`() async throws {
        try await ResourceServer.run { api in
            let ask = try Self.ask(api.server, api.key)
            func contact(_ name: String) -> JSONValue {
                ["account_id": .text(api.mine.account.uuidString), "name": .text(name), "email": "c@x.example"]
            }
            for number in 0..<7 {
                _ = try await ask.document(try Self.post(contact("c\(number)")), upTo: 65_536)
            }
            let twice = try Self.post(contact("c7"), "once")
            let (first, again) = (
                try await ask.document(twice, upTo: 65_536), try await ask.document(twice, upTo: 65_536)
            )
            #expect(first["id"] == again["id"] && first["id"] != nil)
            var names: [String] = []
            let list = try APICall(.get, Self.contacts, query: ["limit=3", "order=name", "name[prefix]=c"])
            let count = try await FollowPages(ask)(list) { rows in names += rows.compactMap { $0["name"]?.shown } }
            #expect(names == (0..<8).map { "c\($0)" } && count == 8)
        }
    }

    @Test func `a refusal is told in the server's words`() async throws {
        try await ResourceServer.run { api in
            let ask = try Self.ask(api.server, api.key)
            let wrong = await #expect(throws: RefusedRequest.self) {
                try await ask.whole(try APICall(.get, Self.contacts, query: ["limit=0"]), upTo: 65_536)
            }
            #expect(wrong?.status == 400)
            #expect(wrong?.description.contains("limit is \"0\", expected") == true, "\(wrong?.description ?? "")")
            let body = await #expect(throws: RefusedRequest.self) {
                try await ask.whole(try Self.post(["name": 5]), upTo: 65_536)
            }
            #expect(body?.description.contains("#/") == true, "\(body?.description ?? "")")
            let stranger = await #expect(throws: RefusedRequest.self) {
                try await Self.ask(api.server, nil).whole(try APICall(.get, Self.contacts), upTo: 65_536)
            }
            #expect(stranger?.status == 401 && stranger?.description.contains("no key was sent") == true)
        }
    }

    @Test func `a file is sent as it is read, and told how far it is`() async throws {
        try await ResourceServer.run { api in
            let path = "\(TestServer.directory)/upload-\(UUID().uuidString).csv"
            defer { try? FileManager.default.removeItem(atPath: path) }  // the next run's sweep would do it
            let text = TestOperator.heading + api.mine.lines(0..<6_000)
            try text.write(toFile: path, atomically: true, encoding: .utf8)
            let (file, sent) = (try UploadedFile(path), Sent())
            #expect(file.size > 300_000)
            let call = try APICall(
                .post, "/v1/cdr/batches", query: ["source=s"],
                body: .file(file, type: file.usualType ?? "", told: { sent.note($0) }))
            let answer = try await Self.ask(api.server, api.key)(call)
            #expect(answer.head.status == 201 && answer.head.isJSON)
            let told = try JSONValue(try await answer.bytes(upTo: 1 << 20))
            #expect(told["taken"] == 6_000, "\(told.text.prefix(500))")
            #expect(sent.all.count > 1 && sent.all == sent.all.sorted() && sent.all.last == file.size)
        }
    }

    @Test func `what the server can do is found by a word`() async throws {
        try await ResourceServer.run { api in
            let document = try await Self.ask(api.server, nil).document(
                try APICall(.get, "/openapi.json"), upTo: 64 << 20)
            let found = APIOperation.all(in: document).filter { $0.has("accounts/contacts") }
            #expect(found.contains { $0.method == "PATCH" && $0.path == "\(Self.contacts)/{key}" }, "\(found)")
            #expect(found.allSatisfy { !$0.name.isEmpty && !$0.summary.isEmpty })
        }
    }
}
