import Foundation
import Postgres
import Services
import TestSupport
import Testing

extension EndToEndTests {
    /// Heddle on a server where nobody can grant BYPASSRLS, neither to the engine nor to the owner of the model.
    @Suite(.serialized) struct WithoutBypassTests {
        /// What an administrator does there.
        private static let roles: SQL = """
            create role heddle_model login;
            create role heddle_app login; create role heddle_engine login; create role heddle_report login
            """

        private static var policies: SQL {
            get throws {
                let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
                let file = root.appending(path: "db/optional/without_bypassrls.sql")
                return SQL(unescaped: try String(contentsOf: file, encoding: .utf8))
            }
        }

        @Test func `it serves when each table has a policy for them, and not before`() async throws {
            let cluster = try await TestCluster.start(name: "bound-database")
            let admin = try cluster.client()
            try await admin.lease { try await $0.runScript(Self.roles) }
            try await admin.lease { try await $0.runScript("create database heddle owner heddle_model") }
            let heddle = try TestHeddle(
                "bound",
                [
                    "DATABASE_URL": cluster.address("heddle", role: "heddle_model"),
                    "HEDDLE_DIGEST_ALGORITHMS": "none",
                ])
            do {
                try FileManager.default.createDirectory(atPath: heddle.directory, withIntermediateDirectories: true)
                try await serves(heddle, cluster)
            } catch {
                await heddle.discard()
                throw error
            }
            await heddle.discard()
            await admin.close()
            await cluster.discard()
        }

        private func serves(_ heddle: TestHeddle, _ cluster: TestCluster) async throws {
            let refused = try await heddle.command(["serve"])
            #expect(refused.code != 0 && refused.output.contains("db/optional/without_bypassrls.sql"))
            #expect(refused.output.contains("heddle_engine (") && refused.output.contains("heddle_model ("))

            let owner = try cluster.client("heddle", role: "heddle_model")
            try await owner.lease { try await $0.runScript(Self.policies) }
            try await owner.lease { try await $0.runScript(Self.policies) }  // nothing to do

            let addresses = heddle.plan.parties.flatMap { ["--address", "\($0.key)=\($0.value)"] }
            try await heddle.serve(until: "heddle is running", arguments: ["--demo"] + addresses)
            let log = TestHeddle.text(try #require(heddle.serving.first).log)
            #expect(!log.contains("the demonstration failed") && !log.contains(" error "), "\(log)")
            // The call was held for, recorded, rated and posted.
            let engine = try cluster.client("heddle", role: "heddle_engine")
            let posted = try await engine.run("select count(*) from cdr.enriched_cdr where posted_at is not null")
            #expect(try posted.value(Int.self) == 1)
            #expect(try await engine.run("select * from billing.check_ledger(\(SeedDemo.tenant))").isEmpty)
            // Who serves customers is bound as ever.
            let app = try cluster.client("heddle", role: "heddle_app")
            #expect(try await app.run("select count(*) from accounts.accounts").value(Int.self) == 0)
            for client in [owner, engine, app] { await client.close() }
        }
    }
}
