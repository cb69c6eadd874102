import Deploy
import Foundation
package import HTTPAPI
package import Logging
package import Postgres
import Processes
package import SIP
package import SIPEdge
package import Services

/// Everything that can be set from outside, read once at the start (docs/reference/config.md).
package struct Configuration: Sendable {
    /// The parts of heddle that one process runs.
    package enum Role: String, Sendable, CaseIterable {
        /// The API, over HTTP.
        case api
        /// The SIP edge: Kamailio, and the import of its CDRs.
        case edge
        /// The routers that edges ask. More processes with this role alone outlive each other.
        case router
        /// Rating, posting, reconciling, partitions.
        case worker
    }

    package var dataDirectory: String
    /// The least level that is logged; `nil` leaves it to the command.
    package var logLevel: Logger.Level?
    /// Where the key is that seals the database's secrets; `nil` for the file in the data directory.
    package var secretKey: SecretReference?
    /// Where the keys are that sealed before it, and still open.
    package var retiredSecretKeys: [SecretReference]
    /// `nil` runs the embedded PostgreSQL.
    package var databaseURL: String?
    package var databaseDirectURL: String?
    package var databaseEngineURL: String?
    package var databaseAppURL: String?
    package var usesTransactionPooler: Bool
    package var allowsInsecureDatabase: Bool
    /// A streaming replica that reports are read from; `nil` reads them from the primary.
    package var reportDatabaseURL: String?
    /// How old what the replica has may be.
    package var reportMaximumLag: Duration
    /// Where a worker writes months to whose time in the database is over; `nil` leaves it to people.
    package var archiveDirectory: String?
    /// Where the certificate of HTTP is; `nil` serves it in clear.
    package var httpCertificate: CertificateFiles?
    /// How many connections HTTP takes at a time.
    package var httpConnections = 10_000
    /// Networks of the proxies before HTTP.
    package var httpProxies: [String] = []
    /// Whose pages may use the API.
    package var httpOrigins: [String] = []
    /// Private networks that webhooks may be in.
    package var webhookNetworks: [String] = []
    /// A file of certificates that webhooks' are checked against, beside what the system trusts.
    package var webhookRoots: String?
    /// How mail is sent; with `nil` it waits.
    package var mail: MailSettings?
    /// Where HTTP is served, or `none`; `nil` leaves it to the roles.
    package var http: String?
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
    /// The listeners of edges that let callers log in; `nil` for all.
    package var digestListeners: [String]?
    /// The environment, for secrets that name a variable.
    package var environment: [String: String]

    /// Reads the environment, and the file that it or the command line names.
    /// - Parameters:
    ///   - dataDirectory: from the command line; comes before `HEDDLE_DATA`.
    ///   - file: from the command line; comes before `HEDDLE_CONFIG`.
    /// - Throws: `ConfigurationError` that names the setting, its value and what is expected.
    package init(
        _ environment: [String: String], dataDirectory: String? = nil, file: String? = nil
    ) throws(ConfigurationError) {
        var values: [String: String] = [:]
        if let path = file ?? SettingReader(environment, file: [:]).text(.configFile) {
            values = try SettingFile(path: path).values
        }
        let read = SettingReader(environment, file: values)
        self.environment = environment
        self.dataDirectory = Self.absolute(
            dataDirectory ?? read.text(.data) ?? Self.defaultDataDirectory(environment))
        logLevel = try Self.logLevel(read)
        secretKey = try read.text(.secretKey).map { text throws(ConfigurationError) in
            try Self.reference(text, of: .secretKey)
        }
        retiredSecretKeys = try (read.list(.retiredSecretKeys) ?? []).map { text throws(ConfigurationError) in
            try Self.reference(text, of: .retiredSecretKeys)
        }
        allowsInsecureDatabase = try read.flag(.databaseAllowInsecure)
        databaseURL = try read.database(.databaseURL, allowsInsecure: allowsInsecureDatabase)
        databaseDirectURL = try read.database(.databaseDirectURL, allowsInsecure: allowsInsecureDatabase)
        databaseEngineURL = try read.database(.databaseEngineURL, allowsInsecure: allowsInsecureDatabase)
        databaseAppURL = try read.database(.databaseAppURL, allowsInsecure: allowsInsecureDatabase)
        usesTransactionPooler = try read.flag(.databaseTransactionPooler)
        reportDatabaseURL = try read.database(.reportDatabaseURL, allowsInsecure: allowsInsecureDatabase)
        reportMaximumLag = .seconds(try read.number(.reportMaximumLag, 60, in: 1...86_400))
        archiveDirectory = read.text(.archive).map(Self.absolute)
        httpCertificate = try Self.certificateFiles(read)
        httpConnections = try read.number(.httpConnections, httpConnections, in: 1...1_000_000)
        httpProxies = try Self.networks(read, .httpProxies)
        httpOrigins = read.list(.httpOrigins) ?? []
        webhookNetworks = try Self.networks(read, .webhookNetworks)
        webhookRoots = read.text(.webhookRoots).map(Self.absolute)
        mail = try Self.mail(read)
        http = try Self.httpAddress(read)
        edgeID = try Self.name(read, .edgeID, "edge-1")
        sipListeners = try Self.listeners(read)
        rpcPort = try read.number(.edgeRPCPort, EdgeSettings.usualRPCPort, in: 1...65_535)
        routers = try Self.addresses(read, .routers) ?? ["127.0.0.1:5071", "127.0.0.1:5072"]
        routerListeners = try Self.addresses(read, .routerListen) ?? routers
        // An edge on this machine asks from the address that it listens on.
        let ownHosts = sipListeners.compactMap { Self.address(String($0.dropFirst(4)))?.host }
        edges = read.list(.edges) ?? (["127.0.0.1", "::1"] + ownHosts)
        for edge in edges where !Self.isAddress(edge) {
            throw ConfigurationError(.edges, edge, "addresses like 203.0.113.5 or 2001:db8::5, separated by commas")
        }
        sourceRateMaximum = try read.number(.sourceRateMaximum, 50, in: 0...1_000_000)
        realm = try Self.name(read, .realm, "heddle")
        digestAlgorithms = try Self.algorithms(read)
        digestListeners = try Self.addresses(read, .digestListeners)
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
