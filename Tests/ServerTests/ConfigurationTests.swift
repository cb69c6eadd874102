import Foundation
import Reactor
import Testing

@testable import Server

/// What can be set, and what is said about a wrong value.
@Suite struct ConfigurationTests {
    struct Wrong: CustomTestStringConvertible {
        let name: String
        let value: String
        /// The sentence begins with the setting and its value, and says this.
        let expected: String
        var testDescription: String { "\(name)=\(value)" }
    }

    @Test(arguments: [
        Wrong(name: "HEDDLE_LOG", value: "loud", expected: "one of trace, debug, info, notice, warning, error"),
        Wrong(name: "DATABASE_TRANSACTION_POOLER", value: "maybe", expected: "true or false"),
        Wrong(name: "DATABASE_ALLOW_INSECURE", value: "TRUE!", expected: "true or false"),
        Wrong(name: "HEDDLE_EDGE_ID", value: "edge 1", expected: "letters a to z, digits, - and ."),
        Wrong(name: "HEDDLE_SIP_REALM", value: "a\"b", expected: "letters a to z, digits, - and ."),
        Wrong(name: "HEDDLE_SIP_LISTEN", value: "127.0.0.1:5060", expected: "udp: or tcp:"),
        Wrong(name: "HEDDLE_SIP_LISTEN", value: "udp:127.0.0.1", expected: "udp: or tcp:"),
        Wrong(name: "HEDDLE_EDGE_RPC_PORT", value: "0", expected: "a number from 1 to 65535"),
        Wrong(name: "HEDDLE_ROUTERS", value: "5071", expected: "addresses like 127.0.0.1:5071"),
        Wrong(name: "HEDDLE_ROUTER_LISTEN", value: "::1:5071", expected: "addresses like 127.0.0.1:5071"),
        Wrong(name: "HEDDLE_EDGES", value: "edge.example.net", expected: "addresses like 203.0.113.5"),
        Wrong(name: "HEDDLE_SOURCE_RATE_MAX", value: "-1", expected: "a number from 0 to 1000000"),
        Wrong(name: "HEDDLE_DIGEST_ALGORITHMS", value: "SHA-1", expected: "SHA-256, MD5, or none"),
        Wrong(name: "HEDDLE_DIGEST_LISTENERS", value: "203.0.113.5", expected: "addresses like 127.0.0.1:5071"),
    ])
    func `a wrong value is told with its setting and what is expected`(_ wrong: Wrong) throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration([wrong.name: wrong.value]) }
        let sentence = try #require(error?.description)
        #expect(sentence.hasPrefix("\(wrong.name) is \"\(wrong.value)\", expected \(wrong.expected)"))
    }

    @Test(arguments: ["DATABASE_URL", "DATABASE_DIRECT_URL", "DATABASE_ENGINE_URL"])
    func `a wrong address of a database is told without the address, which may hold a password`(name: String) throws {
        for value in ["nonsense secret", "postgresql://u:secret@db.example.net/heddle"] {
            let error = #expect(throws: ConfigurationError.self) { try Configuration([name: value]) }
            let sentence = try #require(error?.description)
            #expect(sentence.hasPrefix("\(name): ") && !sentence.contains("secret"))
        }
    }

    @Test func `no secret of the settings is shown`() async throws {
        var configuration = try Configuration([
            "DATABASE_URL": "postgresql://u:hunter2@localhost:1/x", "CARRIER_PASSWORD": "hunter2",
        ])
        configuration.databaseDirectURL = configuration.databaseURL
        let databases = try await Databases.open(configuration, reactor: Reactor(name: "test-settings"))
        var shown: [String] = []
        for value in [configuration, databases] as [Any] {
            var text = ""
            dump(value, to: &text)
            shown += [text, "\(value)", String(reflecting: value)]
        }
        #expect(shown.allSatisfy { !$0.contains("hunter2") })
    }

    @Test func `an empty value is as good as none`() throws {
        let empty = Dictionary(uniqueKeysWithValues: Setting.allCases.map { ($0.rawValue, "") })
        let (one, other) = (try Configuration(empty), try Configuration([:]))
        #expect(one.databaseURL == nil && one.databaseDirectURL == nil && one.databaseEngineURL == nil)
        #expect(one.dataDirectory == other.dataDirectory && one.edgeID == other.edgeID && one.realm == other.realm)
        #expect(one.sipListeners == other.sipListeners && one.edges == other.edges && one.routers == other.routers)
        #expect(!one.routerListeners.isEmpty && one.routerListeners == other.routerListeners)
        #expect(one.digestAlgorithms == other.digestAlgorithms && one.logLevel == nil && one.oversights.isEmpty)
    }

    @Test func `the command line comes before the environment, and that before the file`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "heddle-\(UUID().uuidString).conf").path
        defer { try? FileManager.default.removeItem(atPath: file) }  // the system clears its temporary files
        try """
        # The settings of a test.
        HEDDLE_EDGE_ID = from-file
        HEDDLE_SIP_REALM="quoted.example.net"
        HEDDLE_DATA=/from/file

        """.write(toFile: file, atomically: true, encoding: .utf8)
        let settings = try Configuration(
            ["HEDDLE_CONFIG": file, "HEDDLE_EDGE_ID": "from-environment", "HEDDLE_DATA": "/from/environment"],
            dataDirectory: "/from/line")
        #expect(settings.edgeID == "from-environment" && settings.realm == "quoted.example.net")
        #expect(settings.dataDirectory == "/from/line")
        #expect(try Configuration(["HEDDLE_EDGE_ID": ""], file: file).edgeID == "from-file")
    }

    @Test(arguments: [
        ("HEDDLE_EDGE_ID edge", "line 1 of f has no \"=\", expected NAME=value, or # before a remark"),
        (
            "\nHEDDLE_EDGEID=e",
            "line 2 of f sets \"HEDDLE_EDGEID\", which is not a setting of the file; "
                + "did you mean HEDDLE_EDGE_ID?"
        ),
        (
            "# as an editor of another system ends lines\r\nHEDDLE_EDGE_ID=e\r\nHEDDLE_DATA /d\r\n",
            "line 3 of f has no \"=\", expected NAME=value, or # before a remark"
        ),
        ("PATH=/bin", "line 1 of f sets \"PATH\", which is not a setting of the file"),
    ])
    func `a wrong line of the file is told with its number`(text: String, expected: String) {
        let error = #expect(throws: ConfigurationError.self) { try SettingFile(path: "f", text: text) }
        #expect(error?.description == expected)
    }

    @Test func `a file that is not there is an error`() {
        #expect(throws: ConfigurationError.self) { try Configuration([:], file: "/nowhere/heddle.conf") }
    }

    @Test(arguments: [
        ("HEDDLE_HTTP_CERTIFICATE", "HEDDLE_HTTP_KEY"), ("HEDDLE_HTTP_KEY", "HEDDLE_HTTP_CERTIFICATE"),
    ])
    func `a certificate comes with its key`(name: String, other: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try Configuration([name: "/etc/heddle/x.pem"]) }
        #expect(error?.description == "\(name) is set, and \(other) is not: set both, or none")
    }

    @Test func `a certificate that is not there is told with its setting and file`() async throws {
        let none = try Configuration([:])
        let isServed = try await none.servedCertificate() != nil
        #expect(!isServed && none.httpScheme == "http")
        let settings = try Configuration([
            "HEDDLE_HTTP_CERTIFICATE": "/nowhere/c.pem", "HEDDLE_HTTP_KEY": "/nowhere/k.pem",
        ])
        #expect(settings.httpScheme == "https")
        let error = await #expect(throws: ConfigurationError.self) { _ = try await settings.servedCertificate() }
        let sentence = try #require(error?.description)
        #expect(sentence.hasPrefix("HEDDLE_HTTP_CERTIFICATE: /nowhere/c.pem: there is no such file"))
    }

    @Test func `what has no effect is told`() throws {
        let settings = try Configuration([
            "HEDDLE_SIP_LISTENER": "x", "HEDDLE_COMPLETELY_OTHER": "x", "PATH": "/bin",
            // Which server `heddle api` asks.
            "HEDDLE_PROFILE": "live", "HEDDLE_API_URL": "https://x.example", "HEDDLE_API_KEY": "hk_x",
            "DATABASE_ENGINE_URL": "postgresql://localhost/heddle",
        ])
        #expect(
            settings.oversights == [
                "HEDDLE_COMPLETELY_OTHER is not a setting and has no effect",
                "HEDDLE_SIP_LISTENER is not a setting and has no effect; did you mean HEDDLE_SIP_LISTEN?",
                "DATABASE_ENGINE_URL has no effect without DATABASE_URL: the embedded PostgreSQL is used",
            ])
    }

    @Test func `LISTEN through a transaction pooler is told`() throws {
        var environment = ["DATABASE_URL": "postgresql://localhost:6432/heddle", "DATABASE_TRANSACTION_POOLER": "true"]
        #expect(try Configuration(environment).listeningWarning?.hasPrefix("DATABASE_DIRECT_URL is not set") == true)
        environment["DATABASE_DIRECT_URL"] = "postgresql://localhost:5432/heddle"
        #expect(try Configuration(environment).listeningWarning == nil)
    }

    @Test func `the reference has every setting, and no other`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let text = try String(contentsOf: root.appending(path: "docs/reference/config.md"), encoding: .utf8)
        let documented = text.matches(of: /\n\| `([A-Z_]+)` \|/).map { String($0.1) }
        #expect(Set(documented) == Set(Setting.allCases.map(\.rawValue)))
        #expect(documented.count == Setting.allCases.count)
    }

    @Test func `a data directory is absolute, wherever PostgreSQL and Kamailio work`() throws {
        let settings = try Configuration(["HEDDLE_DATA": "data/here/"])
        #expect(settings.dataDirectory == FileManager.default.currentDirectoryPath + "/data/here")
    }
}
