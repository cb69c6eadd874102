import Mail
import Services
import Testing

@testable import Server

/// How mail is sent, as it is said from outside.
@Suite struct MailSettingTests {
    private static let from = "Tidewater <billing@tidewater.example>"

    private static func settings(_ more: [String: String]) throws -> Configuration {
        try Configuration(["HEDDLE_MAIL_FROM": from].merging(more) { _, new in new })
    }

    @Test func `without the setting mail waits, and what is set beside it is told`() throws {
        #expect(try Configuration([:]).mail == nil)
        let alone = try Self.settings([:])
        #expect(alone.mail == nil)
        #expect(alone.oversights == ["HEDDLE_MAIL_FROM has no effect without HEDDLE_MAIL: mail waits"])
    }

    struct Place: CustomTestStringConvertible {
        let values: [String: String]
        let host: String
        let port: Int
        let security: MailServer.Security
        var testDescription: String { "\(values.sorted { $0.key < $1.key })" }
    }

    @Test(arguments: [
        Place(values: ["HEDDLE_MAIL": "smtp://mx.example"], host: "mx.example", port: 25, security: .startTLS),
        Place(values: ["HEDDLE_MAIL": "smtp://mx.example:587/"], host: "mx.example", port: 587, security: .startTLS),
        Place(values: ["HEDDLE_MAIL": "smtps://mx.example"], host: "mx.example", port: 465, security: .tls),
        Place(values: ["HEDDLE_MAIL": "smtp://[::1]:25"], host: "[::1]", port: 25, security: .startTLS),
        Place(
            values: ["HEDDLE_MAIL": "smtp://127.0.0.1:25", "HEDDLE_MAIL_TLS": "none"], host: "127.0.0.1", port: 25,
            security: .none),
    ])
    func `where it is handed over, and how`(_ place: Place) throws {
        let mail = try #require(try Self.settings(place.values).mail)
        #expect(mail.server.host == place.host && mail.server.port == place.port)
        #expect(mail.server.security == place.security && mail.server.limit == .seconds(60))
        #expect(mail.sender.name == "Tidewater" && mail.sender.address.text == "billing@tidewater.example")
    }

    @Test func `a login has a user, and says where its password is`() throws {
        let mail = try #require(
            try Self.settings([
                "HEDDLE_MAIL": "smtp://mx.example:587", "HEDDLE_MAIL_USER": "heddle",
                "HEDDLE_MAIL_PASSWORD": "env:MAIL_PASSWORD", "HEDDLE_MAIL_TIMEOUT": "30",
                "HEDDLE_MAIL_ROOTS": "/etc/roots.pem", "HEDDLE_PASSWORD_PAGE": "https://portal.example/password",
            ]).mail)
        #expect(mail.server.user == "heddle" && mail.password == .environment(name: "MAIL_PASSWORD"))
        #expect(mail.server.limit == .seconds(30) && mail.server.certificates == "/etc/roots.pem")
        #expect(mail.passwordPage == "https://portal.example/password")
    }

    private static let wrong: [[String: String]] = [
        ["HEDDLE_MAIL": "mx.example:25"], ["HEDDLE_MAIL": "http://mx.example"],
        ["HEDDLE_MAIL": "smtp://u:hunter2@mx.example"], ["HEDDLE_MAIL": "smtp://mx.example/path"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_TLS": "maybe"],
        ["HEDDLE_MAIL": "smtps://mx.example", "HEDDLE_MAIL_TLS": "none"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_FROM": "nobody"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_FROM": ""],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_USER": "u"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_USER": "u", "HEDDLE_MAIL_PASSWORD": "hunter2"],
        [
            "HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_TLS": "none", "HEDDLE_MAIL_USER": "u",
            "HEDDLE_MAIL_PASSWORD": "env:P",
        ], ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_MAIL_TIMEOUT": "0"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_PASSWORD_PAGE": "portal.example/password"],
        ["HEDDLE_MAIL": "smtp://mx.example", "HEDDLE_PASSWORD_PAGE": "https://portal.example/#x"],
    ]

    @Test(arguments: wrong)
    func `what is wrong is told with its setting, and without what may be a password`(values: [String: String]) throws {
        let error = #expect(throws: ConfigurationError.self) { try Self.settings(values) }
        let sentence = try #require(error?.description)
        #expect(sentence.contains("HEDDLE_") && !sentence.contains("hunter2"))
    }
}
