import Foundation
import Mail
import Services

extension Configuration {
    /// How mail is sent; `nil` where it waits.
    static func mail(_ read: SettingReader) throws(ConfigurationError) -> MailSettings? {
        guard let value = read.text(.mail) else { return nil }
        guard let from = read.text(.mailFrom) else {
            throw ConfigurationError("HEDDLE_MAIL is set, and HEDDLE_MAIL_FROM is not: set both, or none")
        }
        guard let sender = Mailbox(from) else {
            throw ConfigurationError(.mailFrom, from, "an address, name@host.example or Name <name@host.example>")
        }
        var server = try mailServer(value, read)
        server.limit = .seconds(try read.number(.mailTimeout, 60, in: 5...300))
        server.certificates = read.text(.mailRoots).map(absolute)
        var password: SecretReference?
        switch (read.text(.mailUser), read.text(.mailPassword)) {
        case (nil, nil): break
        case (let user?, let text?):
            guard server.security != .none else {
                throw ConfigurationError("HEDDLE_MAIL_TLS is \"none\", and HEDDLE_MAIL_USER would log in in clear")
            }
            server.user = user
            password = try reference(text, of: .mailPassword)
        default:
            throw ConfigurationError("HEDDLE_MAIL_USER and HEDDLE_MAIL_PASSWORD: set both, or none")
        }
        var settings = MailSettings(server: server, sender: sender)
        settings.password = password
        settings.passwordPage = try passwordPage(read)
        return settings
    }

    /// The value is not repeated: it may have a login in it.
    private static func mailServer(_ value: String, _ read: SettingReader) throws(ConfigurationError) -> MailServer {
        let expected = ConfigurationError(
            "HEDDLE_MAIL: expected smtp://HOST:PORT or smtps://HOST:PORT; a login is HEDDLE_MAIL_USER and "
                + "HEDDLE_MAIL_PASSWORD")
        guard let parts = URLComponents(string: value), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil
        else { throw expected }
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        let tls = read.text(.mailTLS)
        switch (parts.scheme, tls) {
        case ("smtps", nil), ("smtps", "required"):
            return MailServer(host: name, port: parts.port ?? 465, security: .tls)
        case ("smtp", nil), ("smtp", "required"):
            return MailServer(host: name, port: parts.port ?? 25, security: .startTLS)
        case ("smtp", "none"): return MailServer(host: name, port: parts.port ?? 25, security: .none)
        case ("smtps", let tls?): throw ConfigurationError(.mailTLS, tls, "required, with smtps://")
        case ("smtp", let tls?): throw ConfigurationError(.mailTLS, tls, "required or none")
        default: throw expected
        }
    }

    private static func passwordPage(_ read: SettingReader) throws(ConfigurationError) -> String? {
        guard let page = read.text(.passwordPage) else { return nil }
        guard page.utf8.count <= 500, let parts = URLComponents(string: page), let scheme = parts.scheme,
            ["https", "http"].contains(scheme), parts.host?.isEmpty == false, parts.fragment == nil,
            page.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw ConfigurationError(
                .passwordPage, page, "an address like https://portal.example.com/password, without #")
        }
        return page
    }
}
