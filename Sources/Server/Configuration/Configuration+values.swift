import Foundation
import Logging
import Processes
import SIP
import Services

extension Configuration {
    /// Root's data is the system's; anybody else's is in their own data directory. Never in the clone.
    static func defaultDataDirectory(_ environment: [String: String]) -> String {
        if SystemUser.isRoot { return "/var/lib/heddle" }
        func directory(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let home = directory("HOME") ?? NSHomeDirectory()
        return (directory("XDG_DATA_HOME") ?? "\(home)/.local/share") + "/heddle"
    }

    /// PostgreSQL and Kamailio have working directories of their own.
    static func absolute(_ path: String) -> String {
        URL(filePath: path, directoryHint: .notDirectory).standardizedFileURL.path(percentEncoded: false)
    }

    /// Networks like 10.1.0.0/16.
    static func networks(_ read: SettingReader, _ setting: Setting) throws(ConfigurationError) -> [String] {
        let networks = read.list(setting) ?? []
        for network in networks where !PublicAddress.isNetwork(network) {
            throw ConfigurationError("\(setting.rawValue): \"\(network)\" is no network like 10.1.0.0/16")
        }
        return networks
    }

    /// The text is not repeated: it may be the key itself, written where its reference belongs.
    static func reference(_ text: String, of setting: Setting) throws(ConfigurationError) -> SecretReference {
        do { return try SecretReference(text) } catch { throw ConfigurationError("\(setting.rawValue): \(error)") }
    }

    static func logLevel(_ read: SettingReader) throws(ConfigurationError) -> Logger.Level? {
        guard let value = read.text(.log) else { return nil }
        guard let level = Logger.Level(rawValue: value) else {
            let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ConfigurationError(.log, value, "one of \(levels)")
        }
        return level
    }

    /// A name that stands in CDRs, headers and quoted strings.
    static func name(
        _ read: SettingReader, _ setting: Setting, _ fallback: String
    ) throws(ConfigurationError) -> String {
        guard let name = read.text(setting) else { return fallback }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isName, name.count <= maximumNameLength else {
            throw ConfigurationError(
                setting, name, "letters a to z, digits, - and ., at most \(maximumNameLength) of them")
        }
        return name
    }

    private static let maximumNameLength = 64

    static func listeners(_ read: SettingReader) throws(ConfigurationError) -> [String] {
        let listeners = read.list(.sipListen) ?? ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"]
        for listener in listeners {
            let isTransport = listener.hasPrefix("udp:") || listener.hasPrefix("tcp:")
            guard isTransport, isEndpoint(String(listener.dropFirst(4))) else {
                throw ConfigurationError(
                    .sipListen, listener, "udp: or tcp: and an address with its port, like udp:127.0.0.1:5060")
            }
        }
        return listeners
    }

    static func addresses(_ read: SettingReader, _ setting: Setting) throws(ConfigurationError) -> [String]? {
        guard let list = read.list(setting) else { return nil }
        for entry in list where !isEndpoint(entry) {
            throw ConfigurationError(setting, entry, "addresses like 127.0.0.1:5071, separated by commas")
        }
        return list
    }

    static func algorithms(_ read: SettingReader) throws(ConfigurationError) -> [DigestAlgorithm] {
        if read.text(.digestAlgorithms) == "none" { return [] }
        var algorithms: [DigestAlgorithm] = []
        for name in read.list(.digestAlgorithms) ?? ["SHA-256", "MD5"] {
            switch name.uppercased() {
            case "SHA-256": algorithms.append(.sha256)
            case "MD5": algorithms.append(.md5)
            default: throw ConfigurationError(.digestAlgorithms, name, "SHA-256, MD5, or none")
            }
        }
        return algorithms
    }

    /// The two parts of `127.0.0.1:5071` or `[::1]:5071`, without the brackets.
    package static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace }) else { return nil }
        return (String(host), Int(port))
    }

    /// Whether a text is an address with its port. A name is none: no call may wait for a resolver.
    private static func isEndpoint(_ text: String) -> Bool { address(text).map { isAddress($0.host) } ?? false }

    /// Whether a text is an IPv4 or IPv6 address.
    package static func isAddress(_ text: String) -> Bool {
        var bytes = in6_addr()
        return unsafe inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1
    }
}
