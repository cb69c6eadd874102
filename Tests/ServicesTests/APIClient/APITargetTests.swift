import Testing

@testable import Services

/// Which server is asked, and with which key.
@Suite struct APITargetTests {
    static let addresses: [(String, isReadable: Bool)] = [
        ("https://heddle.example.net", false), ("https://heddle.example.net:8443/api", false),
        ("http://127.0.0.1:8080", false), ("http://localhost:8080", false), ("http://[::1]:8080", false),
        ("http://127.9.9.9", false), ("http://10.0.0.5:8080", true), ("http://heddle.example.net", true),
        ("HTTP://heddle.example.net", true), ("http://127.0.0.1.example.net", true), ("http://127.0.0.1x", true),
    ]

    @Test(arguments: addresses) func `plain HTTP is for this machine only, unless it is permitted`(
        text: String, isReadable: Bool
    ) throws {
        let address = try ServerAddress(text)
        #expect(address.isReadableOnTheWay == isReadable)
        if isReadable {
            let failure = try #require(throws: ProfileFailure.self) { try APITarget(address, key: nil) }
            #expect(failure.description.contains("everybody on the way could read the key"))
        }
        #expect(try APITarget(address, key: nil, permitsPlainHTTP: true).address == address)
    }

    @Test(arguments: [
        "", "heddle.example.net", "ftp://x.example", "https://", "https://me:hunter2@x.example",
        "https://x.example/?a=1",
        "https://x.example/#a",
    ])
    func `what is no address of a server is refused, and not repeated`(text: String) throws {
        let fault = try #require(throws: RequestFault.self) { try ServerAddress(text) }
        #expect(fault.description.contains("expected https://HOST") && !fault.description.contains("hunter2"))
    }

    @Test func `a slash at the end is no part of the address`() throws {
        #expect(try ServerAddress("https://x.example/api//").text == "https://x.example/api")
    }

    /// Profiles "live", in use, with a key, and "test", with one in a variable.
    private static func profiles() throws -> APIProfiles {
        var profiles = APIProfiles()
        try profiles.add(
            APIProfile("live", ServerAddress("https://live.example"), .kept(Secret("hk_live"))), replaces: false)
        try profiles.add(
            APIProfile("test", ServerAddress("https://test.example"), .variable("TEST_KEY")), replaces: false)
        return profiles
    }

    private static func found(_ profile: String?, _ environment: [String: String]) throws -> String {
        let target = try APITarget.find(
            profile: profile, environment: environment, permitsPlainHTTP: false, profiles: profiles)
        let key = try target.key?.text
        return "\(target.address.text) \(key ?? "-")"
    }

    static let choices: [(String?, [String: String], String)] = [
        (nil, [:], "https://live.example hk_live"),
        ("test", ["TEST_KEY": "hk_test"], "https://test.example hk_test"),
        (nil, ["HEDDLE_PROFILE": "test", "TEST_KEY": "hk_test"], "https://test.example hk_test"),
        (nil, ["HEDDLE_PROFILE": ""], "https://live.example hk_live"),
        (nil, ["HEDDLE_API_KEY": "hk_mine"], "https://live.example hk_mine"),
        (nil, ["HEDDLE_API_URL": "https://x.example", "HEDDLE_API_KEY": "hk_x"], "https://x.example hk_x"),
        // A profile's key is for its server alone.
        (nil, ["HEDDLE_API_URL": "https://x.example"], "https://x.example -"),
        ("live", ["HEDDLE_API_URL": "https://x.example", "HEDDLE_API_KEY": "hk_x"], "https://live.example hk_live"),
    ]

    @Test(arguments: choices) func `what is named nearer comes first`(
        profile: String?, environment: [String: String], expected: String
    ) throws {
        #expect(try Self.found(profile, environment) == expected)
    }

    static let failures: [(String?, [String: String], String)] = [
        ("none", [:], "no profile is called \"none\"; there are: live, test"),
        ("test", [:], "takes its key from $TEST_KEY, which is not set"),
        (nil, ["HEDDLE_API_KEY": "hk a"], "HEDDLE_API_KEY: the key is longer than any, or has characters"),
        (nil, ["HEDDLE_API_URL": "x.example"], "HEDDLE_API_URL: the address is none of a server"),
        (nil, ["HEDDLE_API_URL": "http://x.example"], "is HTTP without TLS"),
    ]

    @Test(arguments: failures) func `what is missing or wrong is told`(
        profile: String?, environment: [String: String], expected: String
    ) throws {
        let failure = try #require(throws: ProfileFailure.self) { try Self.found(profile, environment) }
        #expect(failure.description.contains(expected), "\(failure)")
    }

    @Test func `nothing is known of a server, and no file is read where the environment says all`() throws {
        struct Read: Error {}
        let failure = try #require(throws: ProfileFailure.self) {
            try APITarget.find(profile: nil, environment: [:], permitsPlainHTTP: false) { APIProfiles() }
        }
        #expect(failure.description.contains("heddle api profile add"))
        let environment = ["HEDDLE_API_URL": "https://x.example"]
        #expect(throws: Never.self) {
            try APITarget.find(profile: nil, environment: environment, permitsPlainHTTP: false) { throw Read() }
        }
    }
}
