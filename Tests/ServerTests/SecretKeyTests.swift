import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import Server
@testable import Services

/// Which key seals the database's secrets, and how it is changed.
@Suite(.database) struct SecretKeyTests {
    private func keeper(_ settings: [String: String], data: String) async throws -> SecretKeeper {
        try await SecretKeeper(
            Configuration(settings, dataDirectory: data),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func scratch() throws -> String {
        let directory = FileManager.default.temporaryDirectory.appending(path: "heddle-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return directory
    }

    @Test func `a secret that the old key sealed opens while that is given as retired, and not without`() async throws {
        let db = try TestDatabase.suite
        let data = try scratch()
        defer { try? FileManager.default.removeItem(atPath: data) }  // the system clears its temporary files
        let old = try await keeper([:], data: data)
        #expect(FileManager.default.fileExists(atPath: "\(data)/secret.key"))
        var seed = SeedDemo.Settings()
        seed.login = try old.demoLogin(realm: "heddle", password: "juniper-demo")
        try await SeedDemo(db.owner)(seed)

        let key = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
        let new = ["HEDDLE_SECRET_KEY": "env:NEW_KEY", "NEW_KEY": key]
        let rotating = new.merging(["HEDDLE_RETIRED_SECRET_KEYS": "file:\(data)/secret.key"]) { $1 }
        func logins(_ keeper: SecretKeeper) async throws -> [String] {
            try await LoadRouting(db.engine, secrets: keeper.routing)().credentials.keys.sorted()
        }
        #expect(try await logins(old) == ["juniper-pbx@heddle"])
        #expect(try await logins(keeper(rotating, data: data)) == ["juniper-pbx@heddle"])
        #expect(try await logins(keeper(new, data: data)) == [])

        // What is sealed from now on is sealed with the new one.
        seed.login = try await keeper(rotating, data: data).demoLogin(realm: "heddle", password: "juniper-demo")
        try await SeedDemo(db.owner)(seed)
        #expect(try await logins(keeper(new, data: data)) == ["juniper-pbx@heddle"])
        #expect(try await logins(old) == [])
    }

    @Test func `the secret of the demonstration's webhook is sealed for its row, and opens there alone`() async throws {
        let data = try scratch()
        defer { try? FileManager.default.removeItem(atPath: data) }  // the system clears its temporary files
        let webhook = try await keeper([:], data: data).demoWebhook(secret: "load-board-demo")
        let ring = try await KeyRing.load(
            current: .file(path: "\(data)/secret.key"), with: ResolveSecret(environment: [:]))
        let bytes = stride(from: 0, to: webhook.secret.count, by: 2).compactMap {
            UInt8(webhook.secret.dropFirst($0).prefix(2), radix: 16)
        }
        let sealed = Sealed(keyID: webhook.keyID, bytes: bytes)
        let row = "integration.webhooks/\(SeedDemo.tenant.text)/\(SeedDemo.webhook.text)"
        #expect(try ring.open(sealed, for: row).text == "load-board-demo")
        #expect(throws: SealingError.self) { try ring.open(sealed, for: "integration.webhooks/x") }
    }

    @Test func `no key file is made where a key is named`() async throws {
        let data = try scratch()
        defer { try? FileManager.default.removeItem(atPath: data) }  // the system clears its temporary files
        await #expect(throws: SecretError.self) {
            try await keeper(["HEDDLE_SECRET_KEY": "env:NO_SUCH_KEY"], data: data)
        }
        #expect(!FileManager.default.fileExists(atPath: "\(data)/secret.key"))
    }

    @Test(arguments: ["HEDDLE_SECRET_KEY", "HEDDLE_RETIRED_SECRET_KEYS"])
    func `a key that stands where its reference belongs is not repeated`(name: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration([name: "c2VjcmV0IHNlY3JldA=="]) }
        let sentence = try #require(error?.description)
        #expect(sentence.hasPrefix("\(name): ") && sentence.contains("env:NAME") && !sentence.contains("c2Vj"))
    }
}
