import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Which verb is allowed in which state of an account and of an operator.
@Suite(.database, .served) struct LifecycleTests {
    /// A state, a verb, what it is answered with, and the state after it.
    struct Step: Sendable, CustomTestStringConvertible {
        let state: String
        let verb: String
        let status: Int
        let after: String

        init(_ state: String, _ verb: String, _ status: Int, _ after: String) {
            self.state = state
            self.verb = verb
            self.status = status
            self.after = after
        }

        var testDescription: String { "\(verb) one that is \(state)" }
    }

    private static let why = #"{"reason":"as agreed on the phone"}"#
    private static let noReasons = ["{}", #"{"reason":""}"#, #"{"reason":"no"}"#, #"{"reason":null}"#]

    static let ofAccounts = [
        Step("active", "suspend", 200, "suspended"), Step("suspended", "suspend", 422, "suspended"),
        Step("closed", "suspend", 422, "closed"), Step("active", "resume", 422, "active"),
        Step("suspended", "resume", 200, "active"), Step("closed", "resume", 422, "closed"),
        Step("active", "close", 200, "closed"), Step("suspended", "close", 200, "closed"),
        Step("closed", "close", 422, "closed"),
    ]

    @Test(arguments: ofAccounts) func `an account goes from state to state as it may`(_ step: Step) async throws {
        try await ResourceServer.run { api in
            let owner = api.server.database.owner
            try await owner.run(
                "update accounts.accounts set status = \(step.state) where tenant_id = \(api.mine.id)")
            let account = "/v1/accounts/accounts/\(api.mine.account.text)"
            for body in Self.noReasons {
                let answer = try await api.send(.POST, "\(account)/\(step.verb)", body)
                #expect(answer.status == 400 && answer.text.contains(##""#/reason""##), "\(answer.text)")
            }
            let answer = try await api.send(.POST, "\(account)/\(step.verb)", Self.why)
            #expect(answer.status == step.status, "\(answer.text)")
            let seen = try await api.get(account).value
            #expect(seen["status"]?.shown == step.after)
            #expect(seen["status_reason"]?.shown == (step.status == 200 ? "as agreed on the phone" : "null"))
        }
    }

    static let ofOperators = [
        Step("active", "suspend", 204, "suspended"), Step("suspended", "suspend", 422, "suspended"),
        Step("closed", "suspend", 422, "closed"), Step("active", "resume", 422, "active"),
        Step("suspended", "resume", 204, "active"), Step("closed", "resume", 422, "closed"),
        Step("active", "close", 200, "closed"), Step("suspended", "close", 200, "closed"),
        Step("closed", "close", 200, "closed"),
    ]

    @Test(arguments: ofOperators) func `an operator goes from state to state as it may`(_ step: Step) async throws {
        try await ResourceServer.run { api in
            let (owner, other) = (api.server.database.owner, try await TestOperator.make(api.server.database))
            switch step.state {
            case "suspended":
                try await owner.run("update core.tenants set status = 'suspended' where id = \(other.id)")
            case "closed": try await owner.run("select core.close_tenant(\(other.id), 'before')")
            default: break
            }
            let nobody = try #require(UUID(uuidString: "00000000-0000-0000-0000-000000000000"))
            let platform = TestOperator(id: nobody, ban: "", account: UUID(), database: api.server.database)
            let key = try await platform.key(["tenants:write"]) { $0.requestsPerMinute = 1_000_000 }.text
            let path = "/v1/core/tenants/\(other.id.text)/\(step.verb)"
            for body in Self.noReasons {
                let answer = try await api.send(.POST, path, body, key: key)
                #expect(answer.status == 400 && answer.text.contains(##""#/reason""##), "\(answer.text)")
            }
            let answer = try await api.send(.POST, path, Self.why, key: key)
            #expect(answer.status == step.status, "\(answer.text)")
            let after = try await owner.run("select status from core.tenants where id = \(other.id)")
                .value(String.self)
            #expect(after == step.after)
        }
    }
}
