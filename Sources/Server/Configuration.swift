import Deploy
import Foundation
package import Postgres
import Processes
package import SIP
package import SIPEdge

/// Everything that can be set from outside, read once at the start (docs/reference/config.md).
package struct Configuration: Sendable {
    /// The parts of heddle that one process runs.
    package enum Role: String, Sendable, CaseIterable {
        /// The SIP edge: Kamailio, and the import of its CDRs.
        case edge
        /// The routers that edges ask. More processes with this role alone outlive each other.
        case router
        /// Rating, posting, reconciling, partitions.
        case worker
    }

    package var dataDirectory: String
    /// `nil` runs the embedded PostgreSQL.
    package var databaseURL: String?
    package var databaseDirectURL: String?
    package var usesTransactionPooler: Bool
    package var allowsInsecureDatabase: Bool
    package var edgeID: String
    package var sipListeners: [String]
    package var rpcPort: Int
    /// The routers that the edge asks, the preferred first.
    package var routers: [String]
    /// Where the routers of this process listen: all that the edge asks, unless some run in other processes.
    package var routerListeners: [String]
    /// Addresses of the edges that may ask the routers of this process.
    package var edges: [String]
    package var sourceRateMaximum: Int
    package var realm: String
    package var digestAlgorithms: [DigestAlgorithm]
    package var environment: [String: String]

    /// - Throws: `ConfigurationError` that names the setting, its value and what is expected.
    package init(_ environment: [String: String], dataDirectory: String? = nil) throws(ConfigurationError) {
        func text(_ name: String, _ fallback: String) -> String {
            environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
        func number(_ name: String, _ fallback: Int, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
            guard let value = environment[name], !value.isEmpty else { return fallback }
            guard let number = Int(value), range.contains(number) else {
                throw ConfigurationError(name, value, "a number from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
        func flag(_ name: String) throws(ConfigurationError) -> Bool {
            switch text(name, "false") {
            case "true", "1", "yes": return true
            case "false", "0", "no": return false
            default: throw ConfigurationError(name, text(name, ""), "true or false")
            }
        }
        self.environment = environment
        self.dataDirectory = dataDirectory ?? text("HEDDLE_DATA", Self.defaultDataDirectory(environment))
        databaseURL = environment["DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        databaseDirectURL = environment["DATABASE_DIRECT_URL"].flatMap { $0.isEmpty ? nil : $0 }
        usesTransactionPooler = try flag("DATABASE_TRANSACTION_POOLER")
        allowsInsecureDatabase = try flag("DATABASE_ALLOW_INSECURE")
        edgeID = text("HEDDLE_EDGE_ID", "edge-1")
        guard edgeID.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }) else {
            throw ConfigurationError("HEDDLE_EDGE_ID", edgeID, "letters, digits, - and .")
        }
        sipListeners = Self.list(text("HEDDLE_SIP_LISTEN", "udp:127.0.0.1:5060,tcp:127.0.0.1:5060"))
        rpcPort = try number("HEDDLE_EDGE_RPC_PORT", EdgeSettings.usualRPCPort, in: 1...65_535)
        routers = Self.list(text("HEDDLE_ROUTERS", "127.0.0.1:5071,127.0.0.1:5072"))
        routerListeners = environment["HEDDLE_ROUTER_LISTEN"].map(Self.list) ?? routers
        for (name, list) in [("HEDDLE_ROUTERS", routers), ("HEDDLE_ROUTER_LISTEN", routerListeners)] {
            for router in list where Self.address(router) == nil {
                throw ConfigurationError(name, router, "addresses like 127.0.0.1:5071, separated by commas")
            }
        }
        // An edge on this machine asks from the address that it listens on.
        let ownHosts = sipListeners.compactMap { Self.address(String($0.dropFirst(4)))?.host }
        edges = environment["HEDDLE_EDGES"].map(Self.list) ?? (["127.0.0.1", "::1"] + ownHosts)
        sourceRateMaximum = try number("HEDDLE_SOURCE_RATE_MAX", 50, in: 0...1_000_000)
        realm = text("HEDDLE_SIP_REALM", "heddle")
        digestAlgorithms = try Self.algorithms(text("HEDDLE_DIGEST_ALGORITHMS", "SHA-256,MD5"))
    }

    /// Root's data is the system's; anybody else's is in their own data directory. Never in the clone.
    private static func defaultDataDirectory(_ environment: [String: String]) -> String {
        if SystemUser.isRoot { return "/var/lib/heddle" }
        let home = environment["HOME"] ?? NSHomeDirectory()
        return (environment["XDG_DATA_HOME"] ?? "\(home)/.local/share") + "/heddle"
    }

    private static func list(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private static func algorithms(_ text: String) throws(ConfigurationError) -> [DigestAlgorithm] {
        if text == "none" { return [] }
        var algorithms: [DigestAlgorithm] = []
        for name in list(text) {
            switch name.uppercased() {
            case "SHA-256": algorithms.append(.sha256)
            case "MD5": algorithms.append(.md5)
            default: throw ConfigurationError("HEDDLE_DIGEST_ALGORITHMS", name, "SHA-256, MD5, or none")
            }
        }
        return algorithms
    }

    /// The two parts of `127.0.0.1:5071`.
    static func address(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        return (String(text[..<colon]), Int(port))
    }

    // MARK: What follows from it

    package var edgeDirectory: String { "\(dataDirectory)/edge" }
    package var keyFile: String { "\(dataDirectory)/secret.key" }

    package var embeddedDirectory: EmbeddedDirectory {
        get throws { try EmbeddedDirectory(root: "\(dataDirectory)/postgres") }
    }

    package var edge: EdgeSettings {
        var settings = EdgeSettings(
            id: edgeID, directory: edgeDirectory, configuration: Deploy.kamailioConfiguration,
            listeners: sipListeners, rpcPort: rpcPort, routers: routers)
        settings.sourceRateMaximum = sourceRateMaximum
        return settings
    }
}

/// A setting with a wrong value.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    package let description: String

    init(_ name: String, _ value: String, _ expected: String) {
        description = "\(name) is \"\(value)\", expected \(expected)"
    }
}
