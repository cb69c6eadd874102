import Foundation
import NIOHTTP1
import Postgres
import Services
import TestSupport
import Testing

/// Where calls of trunks come from, and with which logins, as staff says it.
@Suite(.database, .served) struct TrunkVerbTests {
    /// A trunk of an operator's account.
    /// - Returns: the path of its verbs.
    private func trunk(_ mine: TestOperator) async throws -> String {
        let trunk = UUID()
        try await mine.database.owner.run(
            """
            insert into routing.trunks (tenant_id, id, account_id, name)
            values (\(mine.id), \(trunk), \(mine.account), \(trunk.text))
            """)
        return "/v1/routing/trunks/\(trunk.text)"
    }

    // MARK: Addresses

    /// Each is another network: they name one trunk on the whole platform.
    static let networks: [(String, Int)] = [
        ("198.18.1.5", 201), ("198.18.2.0/24", 201), ("198.18.3.9/24", 422), ("198.18.4.256", 422),
        ("198.18.5.5/33", 422), ("198.18.6", 422), ("172", 422), ("172.16/12", 422), ("172.16.0.0/12", 201),
        ("0.0.0.0/0", 422), ("2.0.0.0/7", 422), ("2001:db8:1::/48", 201),
        ("2001:db8:2::1", 201), ("2001:db8:3::1/48", 422), ("::/0", 422), ("::/8", 422), ("::ffff:198.18.7.1", 422),
        ("edge.example", 422), ("198.18.8.1 ", 422), ("1", 400), ("", 400),
    ]

    @Test(arguments: networks)
    func `a network is a whole address, without bits beyond its length`(_ network: String, _ status: Int) async throws {
        try await ResourceServer.run { api in
            let path = "\(try await trunk(api.mine))/addresses"
            let answer = try await api.send(.POST, path, #"{"network":"\#(network)"}"#)
            #expect(answer.status == status, "\(answer.text)")
            #expect(status == 201 || answer.text.contains(##""pointer":"#/network""##), "\(answer.text)")
            let rows = try await api.get("/v1/routing/trunk_acl").rows
            #expect(rows.count == (status == 201 ? 1 : 0))
        }
    }

    static let wrong = [
        WrongMember("port", "0", 400), WrongMember("port", "65536", 400), WrongMember("port", #""5060""#, 400),
        WrongMember("transport", #""sctp""#, 400), WrongMember("tech_prefix", #""12a""#, 422),
        WrongMember("tech_prefix", #""""#, 400), WrongMember("tech_prefix", #""12345678901234567""#, 400),
        WrongMember("network", nil, 400), WrongMember("account_id", #""x""#, 400),
    ]

    @Test(arguments: wrong) func `what is wrong with an address is told by its name`(_ wrong: WrongMember) async throws
    {
        try await ResourceServer.run { api in
            let body = wrong.body(["network": #""198.19.255.1""#])
            let answer = try await api.send(.POST, "\(try await trunk(api.mine))/addresses", body)
            #expect(wrong.fault(of: answer) == nil)
        }
    }

    @Test func `a network names one trunk, until it is taken away`() async throws {
        try await ResourceServer.run { api in
            let (path, second) = ("\(try await trunk(api.mine))/addresses", "\(try await trunk(api.mine))/addresses")
            let body = #"{"network":"198.19.1.5"}"#
            let made = try await api.send(.POST, path, body)
            #expect(made.status == 201, "\(made.text)")
            for twice in [path, second] {
                let answer = try await api.send(.POST, twice, body)
                #expect(answer.status == 409 && answer.text.contains(##""#/network""##), "\(answer.text)")
            }
            for other in [#""port":5062"#, #""transport":"tls""#, #""tech_prefix":"77#""#] {
                let answer = try await api.send(.POST, second, #"{"network":"198.19.1.5",\#(other)}"#)
                #expect(answer.status == 201, "\(answer.text)")
            }
            let row = "/v1/routing/trunk_acl/\(try made.member("id"))"
            #expect(try await api.send(.DELETE, row, "").status == 204)
            #expect(try await api.send(.DELETE, row, "").status == 404)
            #expect(try await api.send(.POST, second, body).status == 201)
            #expect(try await api.get("/v1/routing/trunk_acl").rows.count == 4)
        }
    }

    @Test func `the network of another operator is not to be had, nor its trunks and addresses`() async throws {
        try await ResourceServer.run { api in
            let other = try await TestOperator.make(api.server.database)
            let key = try await other.key(["routing:read", "routing:write"]) { $0.requestsPerMinute = 1_000_000 }.text
            let (path, theirs) = ("\(try await trunk(api.mine))/addresses", "\(try await trunk(other))/addresses")
            let made = try await api.send(.POST, path, #"{"network":"198.19.2.0/24"}"#)
            #expect(made.status == 201, "\(made.text)")
            let row = "/v1/routing/trunk_acl/\(try made.member("id"))"
            for (network, more, status) in [
                ("198.19.2.0/24", "", 409), ("198.19.2.7", "", 409), ("198.19.0.0/16", "", 409),
                ("198.19.2.7", #","tech_prefix":"99""#, 409), ("198.19.3.7", "", 201),
            ] {
                let answer = try await api.send(.POST, theirs, #"{"network":"\#(network)"\#(more)}"#, key: key)
                #expect(answer.status == status, "\(network)\(more): \(answer.text)")
                #expect(status == 201 || answer.text.contains("in use by another operator"), "\(answer.text)")
            }
            #expect(try await api.send(.POST, path, #"{"network":"198.19.4.1"}"#, key: key).status == 404)
            #expect(try await api.send(.DELETE, row, "", key: key).status == 404)
            let people = try await api.mine.key(["routing:read", "routing:write"]) { $0.account = api.mine.account }
            #expect(try await api.send(.POST, path, #"{"network":"198.19.4.1"}"#, key: people.text).status == 403)
            #expect(try await api.send(.DELETE, row, "", key: people.text).status == 403)
            #expect(try await api.send(.DELETE, row, "").status == 204)
            #expect(try await api.send(.POST, theirs, #"{"network":"198.19.2.7"}"#, key: key).status == 201)
        }
    }

    // MARK: Logins

    private func login(_ username: String, _ realm: String = "sip.example", _ password: String? = nil) -> String {
        let more = password.map { #","password":"\#($0)""# } ?? ""
        return #"{"username":"\#(username)","realm":"\#(realm)"\#(more)}"#
    }

    /// What is kept of an operator's logins, which is sealed.
    private func sealed(_ mine: TestOperator) async throws -> [String] {
        try await mine.database.owner.run(
            """
            select encode(ha1_md5_ciphertext || ha1_sha256_ciphertext, 'hex') from routing.trunk_credentials
             where tenant_id = \(mine.id) order by login
            """
        ).values(String.self)
    }

    @Test func `a login's password is shown once, and changed with the next one`() async throws {
        try await ResourceServer.run { api in
            let (path, once) = ("\(try await trunk(api.mine))/login", [("Idempotency-Key", "one")])
            let made = try await api.send(.PUT, path, login("pbx-1"), once)
            #expect(try made.status == 200 && made.member("password").count == 24, "\(made.text)")
            let again = try await api.send(.PUT, path, login("pbx-1"), once)
            #expect(try again.member("password") == "shown once" && again.member("id") == made.member("id"))
            let before = try await sealed(api.mine)

            let rotated = try await api.send(.PUT, path, login("pbx-1"))
            #expect(try rotated.member("id") == made.member("id"))
            #expect(try rotated.member("password") != made.member("password"))
            let own = try await api.send(.PUT, path, login("pbx-1", "sip.example", "correct horse battery"))
            #expect(try own.member("password") == "correct horse battery")
            let after = try await sealed(api.mine)
            #expect(before.count == 1 && after.count == 1 && before != after)

            // The same name in another realm is another login.
            let elsewhere = try await api.send(.PUT, path, login("pbx-1", "sip.other.example"))
            #expect(try elsewhere.status == 200 && elsewhere.member("id") != made.member("id"), "\(elsewhere.text)")
            let list = try await api.get("/v1/routing/trunk_credentials?order=created_at")
            #expect(try list.column("realm") == ["sip.example", "sip.other.example"], "\(list.text)")
            for secret in ["password", "ha1", "correct horse"] { #expect(!list.text.contains(secret), "\(secret)") }
        }
    }

    @Test func `a login is one trunk's on the whole platform`() async throws {
        try await ResourceServer.run { api in
            let other = try await TestOperator.make(api.server.database)
            let key = try await other.key(["routing:read", "routing:write"]).text
            let first = "\(try await trunk(api.mine))/login"
            #expect(try await api.send(.PUT, first, login("pbx-2")).status == 200)
            let before = try await sealed(api.mine)
            let seconds = [("\(try await trunk(api.mine))/login", api.key), ("\(try await trunk(other))/login", key)]
            for (path, key) in seconds {
                let taken = try await api.send(.PUT, path, login("pbx-2"), key: key)
                #expect(taken.status == 409 && taken.text.contains(##""#/username""##), "\(taken.text)")
            }
            #expect(try await api.send(.PUT, first, login("pbx-3"), key: key).status == 404)
            let people = try await api.mine.key(["routing:read", "routing:write"]) { $0.account = api.mine.account }
            #expect(try await api.send(.PUT, first, login("pbx-2"), key: people.text).status == 403)
            #expect(try await sealed(api.mine).first == before.first)
        }
    }

    static let wrongLogins = [
        WrongMember("username", #""front desk""#, 422), WrongMember("username", #""a@b""#, 422),
        WrongMember("username", #""""#, 400), WrongMember("username", nil, 400), WrongMember("realm", #""""#, 400),
        WrongMember("realm", nil, 400), WrongMember("password", #""elevenchars""#, 400),
        WrongMember("password", "123456789012", 400),
    ]

    @Test(arguments: wrongLogins)
    func `what is wrong with a login is told by its name, and not repeated`(_ wrong: WrongMember) async throws {
        try await ResourceServer.run { api in
            let body = wrong.body(["username": #""pbx-4""#, "realm": #""sip.example""#])
            let answer = try await api.send(.PUT, "\(try await trunk(api.mine))/login", body)
            #expect(wrong.fault(of: answer) == nil)
            #expect(!answer.text.contains("elevenchars") && !answer.text.contains("123456789012"))
            #expect(try await sealed(api.mine).isEmpty)
        }
    }
}
