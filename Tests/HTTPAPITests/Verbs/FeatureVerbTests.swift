import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Features that are rolled out: set by staff, told to anybody.
@Suite(.database) struct FeatureVerbTests {
    /// The features as somebody is told them: `beta` to whether it is on.
    private func features(
        _ api: ResourceServer, key: String? = nil, of account: UUID? = nil
    ) async throws -> [String: String] {
        let headers = account.map { [("Heddle-Account", $0.text)] } ?? []
        let answer = try await api.get("/v1/me/features", key: key, headers)
        #expect(answer.status == 200, "\(answer.text)")
        return Dictionary(
            zip(try answer.column("flag"), try answer.column("enabled")), uniquingKeysWith: { first, _ in first })
    }

    private func accounts(_ number: Int, _ api: ResourceServer) async throws -> [UUID] {
        let ids = (0..<number).map { _ in UUID() }
        try await api.server.database.owner.run(
            """
            insert into accounts.accounts (tenant_id, id, ban, name)
            select \(api.mine.id), a, left(replace(a::text, '-', ''), 12), 'x' from unnest(\(ids)::uuid[]) a
            """)
        return ids
    }

    @Test func `a rollout reaches the same accounts each time, and a higher one drops none`() async throws {
        try await ResourceServer.run { api in
            let ids = try await accounts(20, api)
            let made = try await api.send(
                .POST, "/v1/accounts/feature_flags", #"{"flag":"beta","enabled":true,"rollout_percent":0}"#)
            #expect(made.status == 201, "\(made.text)")
            let path = "/v1/accounts/feature_flags/\(try made.member("id"))"
            var before: Set<UUID> = []
            for percent in [0, 50, 100] {
                let set = try await api.send(.PATCH, path, #"{"rollout_percent":\#(percent)}"#)
                #expect(set.status == 200, "\(set.text)")
                var rounds: [Set<UUID>] = []
                for _ in 0..<2 {
                    var on: Set<UUID> = []
                    for id in ids {
                        if try await features(api, of: id)["beta"] == "true" { on.insert(id) }
                    }
                    rounds.append(on)
                }
                #expect(rounds[0] == rounds[1] && rounds[0].isSuperset(of: before), "\(percent) %")
                before = rounds[0]
                switch percent {
                case 0: #expect(before.isEmpty)
                case 100: #expect(before.count == ids.count)
                // Of 20 ids that are made at random none, or all, are on once in half a million times.
                default: #expect(!before.isEmpty && before.count < ids.count)
                }
            }
        }
    }

    @Test func `an account's own flag goes before the operator's, and another operator has neither`() async throws {
        try await ResourceServer.run { api in
            let ids = try await accounts(2, api)
            let path = "/v1/accounts/feature_flags"
            for body in [
                #"{"flag":"beta","enabled":true}"#, #"{"flag":"beta","account_id":"\#(ids[0].text)"}"#,
                #"{"flag":"gamma","account_id":"\#(ids[1].text)","enabled":true}"#,
            ] {
                let made = try await api.send(.POST, path, body)
                #expect(made.status == 201, "\(made.text)")
            }
            #expect(try await features(api) == ["beta": "true"])
            #expect(try await features(api, of: ids[0]) == ["beta": "false"])
            #expect(try await features(api, of: ids[1]) == ["beta": "true", "gamma": "true"])
            // Whoever is let in is told, and changes nothing.
            let key = try await api.mine.key([]) { $0.account = ids[0] }.text
            #expect(try await features(api, key: key) == ["beta": "false"])
            #expect(try await api.get(path, key: key).status == 403)
            #expect(try await api.send(.POST, path, #"{"flag":"delta"}"#, key: key).status == 403)
            let other = try await TestOperator.make(api.server.database)
            #expect(try await features(api, key: try await other.key([]).text) == [:])
            #expect(try await api.server.ask(.GET, "/v1/me/features").status == 401)
            #expect(try await api.server.ask(.POST, "/v1/me/features", key: api.key).status == 405)
            #expect(try await api.server.ask(.HEAD, "/v1/me/features", key: api.key).status == 200)
        }
    }

    @Test func `of staff a rollout reaches the same users each time`() async throws {
        try await ResourceServer.run { api in
            let made = try await api.send(
                .POST, "/v1/accounts/feature_flags", #"{"flag":"beta","enabled":true,"rollout_percent":50}"#)
            #expect(made.status == 201, "\(made.text)")
            let scope = api.mine.scope
            let users = (0..<40).map { _ in UUID() }
            func chosen() async throws -> Set<UUID> {
                try await api.server.database.app.transaction(context: scope.opening) { session in
                    var on: Set<UUID> = []
                    for user in users {
                        let features = try await ReadFeatures.of(user, scope, session)
                        if features.contains(where: { $0.flag == "beta" && $0.isOn }) { on.insert(user) }
                    }
                    return on
                }
            }
            let first = try await chosen()
            #expect(!first.isEmpty && first.count < users.count)
            #expect(try await chosen() == first)
        }
    }
}
