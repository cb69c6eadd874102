import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Money that is held and charged for what is no call, as a developer does it.
@Suite(.database) struct HoldVerbTests {
    private static let holds = "/v1/billing/holds"
    private static let charges = "/v1/billing/charges"

    private func topUp(_ api: ResourceServer, _ amount: Int) async throws {
        try await api.server.database.owner.run(
            "select billing.top_up(\(api.mine.id), \(api.mine.account), \(UUID()), \(amount)::bigint, '')")
    }

    /// Available and held.
    private func balance(_ api: ResourceServer) async throws -> String? {
        try await api.server.database.owner.run(
            """
            select available::float8 || ' ' || held::float8 from billing.account_balance
             where tenant_id = \(api.mine.id) and account_id = \(api.mine.account)
            """
        ).value(String.self)
    }

    private func faults(_ api: ResourceServer) async throws -> Int? {
        try await api.server.database.owner.run("select count(*) from billing.check_ledger(\(api.mine.id))")
            .value(Int.self)
    }

    private func body(_ api: ResourceServer, _ amount: String, _ reference: String, _ more: String = "") -> String {
        """
        {"account_id":"\(api.mine.account)","amount":"\(amount)","currency":"USD","reference":"\(reference)",\
        "description":"Conference"\(more)}
        """
    }

    @Test func `a hold is made once for its reference, charged once, and the rest comes back`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            #expect(try made.status == 201 && made.member("state") == "open", "\(made.text)")
            let again = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            #expect(try again.status == 200 && again.member("id") == made.member("id"), "\(again.text)")
            let other = try await api.send(.POST, Self.holds, body(api, "4", "a"))
            #expect(other.status == 409 && other.text.contains("\"pointer\":\"#/reference\""), "\(other.text)")
            #expect(try await balance(api) == "7 3")

            let hold = "\(Self.holds)/\(try made.member("id"))"
            #expect(try await api.get(hold).value["reference"]?.shown == "a")
            let longer = try await api.send(.POST, "\(hold)/extend", #"{"minutes":10080}"#)
            #expect(try longer.status == 200 && longer.member("expires_at") > made.member("expires_at"))
            let charged = try await api.send(.POST, "\(hold)/charge", #"{"amount":"1.25"}"#)
            #expect(try charged.status == 201 && charged.member("left") == "8.75", "\(charged.text)")
            let repeated = try await api.send(.POST, "\(hold)/charge", #"{"amount":"1.25"}"#)
            #expect(try repeated.status == 200 && repeated.member("id") == charged.member("id"), "\(repeated.text)")
            #expect(try await api.send(.POST, "\(hold)/charge", "{}").status == 409)
            for verb in ["release", "extend"] {
                let late = try await api.send(.POST, "\(hold)/\(verb)", "{}")
                #expect(late.status == 422 && late.text.contains("it is settled"), "\(late.text)")
            }
            #expect(try await balance(api) == "8.75 0")
            let row = try await api.get("\(Self.charges)/\(try charged.member("id"))")
            #expect(try row.value["kind"]?.shown == "service" && row.value["description"]?.shown == "Conference")
            #expect(try await faults(api) == 0)
        }
    }

    @Test func `a hold that is released gives all of it back, and says so in the statement`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a", #","minutes":5"#))
            let hold = "\(Self.holds)/\(try made.member("id"))"
            let released = try await api.send(.POST, "\(hold)/release", #"{"reason":"nobody came"}"#)
            #expect(try released.status == 200 && released.member("state") == "released", "\(released.text)")
            #expect(try await balance(api) == "10 0")
            #expect(try await api.get(hold).value["release_reason"]?.shown == "nobody came")
        }
    }

    @Test func `a charge is made once for its key and for its reference`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let key = [("Idempotency-Key", "one")]
            for _ in 0..<2 {
                let answer = try await api.send(.POST, Self.charges, body(api, "4", "a"), key)
                #expect(try answer.status == 201 && answer.member("left") == "6", "\(answer.text)")
            }
            #expect(try await api.send(.POST, Self.charges, body(api, "4", "a")).status == 200)
            #expect(try await api.send(.POST, Self.charges, body(api, "5", "a")).status == 409)
            #expect(try await balance(api) == "6 0")
        }
    }

    @Test func `what the account cannot pay is 402, and says what is left`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            for path in [Self.holds, Self.charges] {
                let refused = try await api.send(.POST, path, body(api, "7.5", "b"))
                #expect(refused.status == 402 && refused.text.contains("balance-too-low"), "\(refused.text)")
                #expect(refused.text.contains("7 USD at most") && refused.text.contains("#/amount"), "\(refused.text)")
            }
            let hold = "\(Self.holds)/\(try made.member("id"))/charge"
            let over = try await api.send(.POST, hold, #"{"amount":"10.5"}"#)
            #expect(over.status == 402 && over.text.contains("3 USD is held"), "\(over.text)")
            let delivered = try await api.send(.POST, hold, #"{"amount":"10.5","delivered":true}"#)
            #expect(try delivered.status == 201 && delivered.member("left") == "-0.5", "\(delivered.text)")
            #expect(try await faults(api) == 0)
        }
    }

    @Test func `what is wrong is named`() async throws {
        try await ResourceServer.run { api in
            let account = "\"account_id\":\"\(api.mine.account)\""
            for (sent, status, name) in [
                (body(api, "0", "a"), 422, "amount"), (body(api, "-1", "a"), 422, "amount"),
                (body(api, "99999999999", "a"), 400, "amount"), (body(api, "9999999999.5", "a"), 422, "amount"),
                (body(api, "0.000000001", "a"), 400, "amount"),
                (body(api, "1", "").replacing("Conference", with: "x"), 400, "reference"),
                (body(api, "1", "a").replacing("USD", with: "EUR"), 422, "currency"),
                (body(api, "1", "a").replacing(account, with: "\"account_id\":\"\(UUID())\""), 422, "account_id"),
                (body(api, "1", "a").replacing(account + ",", with: ""), 422, "account_id"),
            ] {
                for path in [Self.holds, Self.charges] {
                    let answer = try await api.send(.POST, path, sent)
                    #expect(answer.status == status, "\(sent): \(answer.text)")
                    #expect(answer.text.contains("\"pointer\":\"#/\(name)\""), "\(sent): \(answer.text)")
                }
            }
            let suspend = "/v1/accounts/accounts/\(api.mine.account.text)/suspend"
            #expect(try await api.send(.POST, suspend, #"{"reason":"does not pay"}"#).status == 200)
            let suspended = try await api.send(.POST, Self.charges, body(api, "1", "a"))
            #expect(suspended.status == 422 && suspended.text.contains("the account is suspended"), "\(suspended.text)")
            #expect(try await api.send(.POST, "\(Self.holds)/\(UUID())/charge", "{}").status == 404)
        }
    }

    @Test func `people of an account charge their own and those below, and not beyond what is theirs`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let other = UUID()
            try await api.server.database.owner.run(
                """
                insert into accounts.accounts (tenant_id, id, ban, name)
                values (\(api.mine.id), \(other), \(other.text.uppercased().prefix(18).description), 'Other')
                """)
            let key = try await api.mine.key(["billing:charge"]) { $0.account = api.mine.account }.text
            #expect(try await api.send(.POST, Self.charges, body(api, "1", "a"), key: key).status == 201)
            let theirs = body(api, "1", "b").replacing("\(api.mine.account)", with: "\(other)")
            #expect(try await api.send(.POST, Self.charges, theirs, key: key).status == 403)
            for more in [#","delivered":true"#, #","tax_category":"untaxed""#] {
                let answer = try await api.send(.POST, Self.charges, body(api, "1", "c", more), key: key)
                #expect(answer.status == 403, "\(answer.text)")
            }
            // What another account holds is not there.
            try await api.server.database.owner.run(
                "select billing.top_up(\(api.mine.id), \(other), \(UUID()), 5, '')")
            let made = try await api.send(.POST, Self.holds, theirs)
            #expect(made.status == 201, "\(made.text)")
            for verb in ["charge", "release", "extend"] {
                let path = "\(Self.holds)/\(try made.member("id"))/\(verb)"
                #expect(try await api.send(.POST, path, "{}", key: key).status == 404)
            }
            let reader = try await api.mine.key(["billing:read", "billing:write"]).text
            #expect(try await api.send(.POST, Self.charges, body(api, "1", "d"), key: reader).status == 403)
            #expect(try await balance(api) == "9 0")
        }
    }

    @Test func `people of an account neither end nor charge what the operator holds, nor take its references`()
        async throws
    {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let key = try await api.mine.key(["billing:charge"]) { $0.account = api.mine.account }.text
            // Whoever takes a reference first takes his own.
            #expect(try await api.send(.POST, Self.charges, body(api, "1", "a"), key: key).status == 201)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            #expect(made.status == 201, "\(made.text)")
            let hold = "\(Self.holds)/\(try made.member("id"))"
            for (verb, sent) in [("charge", #"{"amount":"0.00000001"}"#), ("release", "{}"), ("extend", "{}")] {
                let refused = try await api.send(.POST, "\(hold)/\(verb)", sent, key: key)
                #expect(refused.status == 403, "\(refused.text)")
                #expect(refused.text.contains("the hold is for the operator"), "\(refused.text)")
            }
            #expect(try await api.send(.POST, "\(hold)/charge", "{}").status == 201)
            // What they asked for is theirs, and the operator's to end as well.
            let own = try await api.send(.POST, Self.holds, body(api, "2", "b"), key: key)
            let theirs = "\(Self.holds)/\(try own.member("id"))"
            #expect(try await api.send(.POST, "\(theirs)/extend", #"{"minutes":90}"#, key: key).status == 200)
            #expect(try await api.send(.POST, "\(theirs)/release", "{}").status == 200)
            let last = try await api.send(.POST, Self.holds, body(api, "2", "c"), key: key)
            let path = "\(Self.holds)/\(try last.member("id"))/charge"
            #expect(try await api.send(.POST, path, "{}", key: key).status == 201)
            #expect(try await balance(api) == "4 0")
            #expect(try await faults(api) == 0)
        }
    }

    @Test func `the operator stays who he is when he acts for an account`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let acting = [("Heddle-Account", api.mine.account.text)]
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"), acting)
            #expect(made.status == 201, "\(made.text)")
            #expect(try await api.send(.POST, Self.holds, body(api, "3", "a")).status == 200)
            let key = try await api.mine.key(["billing:charge"]) { $0.account = api.mine.account }.text
            let hold = "\(Self.holds)/\(try made.member("id"))"
            #expect(try await api.send(.POST, "\(hold)/release", "{}", key: key).status == 403)
            let charged = try await api.send(.POST, "\(hold)/charge", #"{"amount":"2","delivered":true}"#, acting)
            #expect(charged.status == 201, "\(charged.text)")
            #expect(try await api.send(.POST, Self.charges, body(api, "1", "b"), acting).status == 201)
            #expect(try await api.send(.POST, Self.charges, body(api, "1", "b"), key: key).status == 201)
            #expect(try await balance(api) == "6 0")
        }
    }

    @Test func `what is refused names what is wrong`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            let hold = "\(Self.holds)/\(try made.member("id"))"
            let id = try #require(UUID(uuidString: try made.member("id")))
            // Of another day: no trigger lets anybody change when it was made.
            _ = try await api.server.database.owner.run([
                "set local session_replication_role = replica",
                """
                update billing.holds set created_at = created_at - interval '30 days'
                 where tenant_id = \(api.mine.id) and id = \(id)
                """,
            ])
            let late = try await api.send(.POST, "\(hold)/extend", #"{"minutes":10080}"#)
            #expect(late.status == 422 && late.text.contains("#/minutes"), "\(late.text)")
            try await api.server.database.owner.run(
                """
                insert into billing.spend_caps (tenant_id, account_id, span, amount, action, valid_from)
                values (\(api.mine.id), \(api.mine.account), 'day', 5, 'suspend_account', '2026-01-01')
                """)
            for (path, sent) in [(Self.holds, body(api, "6", "b")), ("\(hold)/charge", #"{"amount":"9"}"#)] {
                let refused = try await api.send(.POST, path, sent)
                #expect(refused.status == 422 && refused.text.contains("#/amount"), "\(refused.text)")
            }
        }
    }

    /// One waits for the other's balance and has the hold that it wants: the server ends the request's transaction.
    @Test func `who is ended in a deadlock takes his turn again`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let made = try await api.send(.POST, Self.holds, body(api, "3", "a"))
            let id = try #require(UUID(uuidString: try made.member("id")))
            let status = try await api.server.database.owner.lease { session in
                try await session.run("begin")
                try await session.run("set local deadlock_timeout = '60 s'")
                try await session.run("select from billing.lock_balances(\(api.mine.id), array[\(api.mine.account)])")
                async let charged = api.send(.POST, "\(Self.holds)/\(id.text)/charge", "{}").status
                try await awaitWaiter(session)
                try await session.run(
                    "update billing.holds set description = 'x' where tenant_id = \(api.mine.id) and id = \(id)")
                try await session.run("commit")
                return try await charged
            }
            #expect(status == 201)
            #expect(try await balance(api) == "7 0")
        }
    }

    /// Until some transaction waits for one that this session has locked.
    private func awaitWaiter(_ session: Connection) async throws {
        for _ in 0..<500 {
            let waits = try await session.run(
                "select count(*) from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))"
            ).value(Int.self)
            if waits ?? 0 > 0 { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("nobody waits")
    }

    @Test func `a reference is of a hold or of a charge`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            #expect(try await api.send(.POST, Self.holds, body(api, "3", "a")).status == 201)
            #expect(try await api.send(.POST, Self.charges, body(api, "3", "b")).status == 201)
            for (path, reference, says) in [
                (Self.charges, "a", "is held already"), (Self.holds, "b", "was charged already"),
            ] {
                let answer = try await api.send(.POST, path, body(api, "3", reference))
                #expect(answer.status == 409 && answer.text.contains(says), "\(answer.text)")
                #expect(answer.text.contains("\"pointer\":\"#/reference\""), "\(answer.text)")
            }
        }
    }

    @Test func `a spend cap that requests run into is told of, although they are undone`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 100)
            try await api.server.database.owner.run(
                """
                insert into billing.spend_caps (tenant_id, account_id, span, amount, action, valid_from)
                values (\(api.mine.id), \(api.mine.account), 'day', 5, 'suspend_account', '2026-01-01')
                """)
            let made = try await api.send(.POST, Self.holds, body(api, "1", "a"))
            let hold = "\(Self.holds)/\(try made.member("id"))"
            for (path, sent) in [
                (Self.holds, body(api, "5", "b")), (Self.charges, body(api, "5", "c")),
                ("\(hold)/charge", #"{"amount":"99"}"#),
            ] {
                let refused = try await api.send(.POST, path, sent)
                #expect(refused.status == 422 && refused.text.contains("a spend cap"), "\(refused.text)")
            }
            #expect(try await balance(api) == "99 1")
            let noted = try await api.server.database.owner.run(
                """
                select sum(refused)::bigint from billing.spend_windows
                 where tenant_id = \(api.mine.id) and account_id = \(api.mine.account) and reached_at is not null
                """
            ).value(Int.self)
            #expect(noted == 3)
            let told = try await api.server.database.engine.run(
                "select count(*) from routing.watch_calls(\(api.mine.id)) where action = 'suspend_account'")
            #expect(try told.value(Int.self) == 1)
            // What it leaves is charged all the same.
            #expect(try await api.send(.POST, "\(hold)/charge", #"{"amount":"5"}"#).status == 201)
        }
    }

    @Test func `many at once charge nothing twice, and nothing that is gone`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<16 {
                    let path = number % 2 == 0 ? Self.holds : Self.charges
                    let sent = body(api, "1.5", "r\(number % 8)")
                    group.addTask { try await api.send(.POST, path, sent).status }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(statuses).isSubset(of: [200, 201, 402]), "\(statuses)")
            #expect(statuses.count { $0 == 201 } == 6)
            let sum = try await balance(api)?.split(separator: " ").compactMap { Double($0) } ?? []
            #expect(sum.first == 1)
            #expect(try await faults(api) == 0)
        }
    }

    @Test func `a balance that falls below its bound is told of`() async throws {
        try await ResourceServer.run { api in
            try await topUp(api, 10)
            let path = "/v1/billing/accounts/\(api.mine.account.text)/low_balance"
            let set = try await api.send(.PUT, path, #"{"low_balance":"5"}"#)
            #expect(try set.status == 200 && set.value["low_balance_before"] == .null, "\(set.text)")
            #expect(try await api.send(.POST, Self.charges, body(api, "6", "a")).status == 201)
            let told = try await api.get("/v1/integration/events?type=balance.low")
            #expect(try told.rows.count == 1, "\(told.text)")
            #expect(try told.column("account_id").map { $0.lowercased() } == [api.mine.account.text])
            let cleared = try await api.send(.PUT, path, "{}")
            #expect(try cleared.value["low_balance"] == .null && cleared.text.contains(#""5.00000000""#))
            #expect(try await api.send(.PUT, "/v1/billing/accounts/\(UUID())/low_balance", "{}").status == 404)
        }
    }
}
