/// The names of everything that can be set from outside (docs/reference/config.md, which a test compares).
package enum Setting: String, Sendable, CaseIterable {
    case configFile = "HEDDLE_CONFIG"
    case data = "HEDDLE_DATA"
    case log = "HEDDLE_LOG"
    case secretKey = "HEDDLE_SECRET_KEY"
    case retiredSecretKeys = "HEDDLE_RETIRED_SECRET_KEYS"
    case databaseURL = "DATABASE_URL"
    case databaseDirectURL = "DATABASE_DIRECT_URL"
    case databaseEngineURL = "DATABASE_ENGINE_URL"
    case databaseAppURL = "DATABASE_APP_URL"
    case databaseTransactionPooler = "DATABASE_TRANSACTION_POOLER"
    case databaseAllowInsecure = "DATABASE_ALLOW_INSECURE"
    case reportDatabaseURL = "REPORT_DATABASE_URL"
    case reportMaximumLag = "REPORT_MAXIMUM_LAG"
    case archive = "HEDDLE_ARCHIVE"
    case http = "HEDDLE_HTTP"
    case httpCertificate = "HEDDLE_HTTP_CERTIFICATE"
    case httpKey = "HEDDLE_HTTP_KEY"
    case httpConnections = "HEDDLE_HTTP_CONNECTIONS"
    case httpProxies = "HEDDLE_HTTP_PROXIES"
    case httpOrigins = "HEDDLE_HTTP_ORIGINS"
    case webhookNetworks = "HEDDLE_WEBHOOK_NETWORKS"
    case webhookRoots = "HEDDLE_WEBHOOK_ROOTS"
    case mail = "HEDDLE_MAIL"
    case mailFrom = "HEDDLE_MAIL_FROM"
    case mailTLS = "HEDDLE_MAIL_TLS"
    case mailUser = "HEDDLE_MAIL_USER"
    case mailPassword = "HEDDLE_MAIL_PASSWORD"
    case mailRoots = "HEDDLE_MAIL_ROOTS"
    case mailTimeout = "HEDDLE_MAIL_TIMEOUT"
    case passwordPage = "HEDDLE_PASSWORD_PAGE"
    case edgeID = "HEDDLE_EDGE_ID"
    case sipListen = "HEDDLE_SIP_LISTEN"
    case edgeRPCPort = "HEDDLE_EDGE_RPC_PORT"
    case routers = "HEDDLE_ROUTERS"
    case routerListen = "HEDDLE_ROUTER_LISTEN"
    case edges = "HEDDLE_EDGES"
    case sourceRateMaximum = "HEDDLE_SOURCE_RATE_MAX"
    case realm = "HEDDLE_SIP_REALM"
    case digestAlgorithms = "HEDDLE_DIGEST_ALGORITHMS"
    case digestListeners = "HEDDLE_DIGEST_LISTENERS"

    /// Whether the value may hold a password, and is never shown.
    package var isSecret: Bool {
        switch self {
        case .databaseURL, .databaseDirectURL, .databaseEngineURL, .databaseAppURL, .reportDatabaseURL: true
        default: false
        }
    }

    /// The setting that somebody who wrote this name may have meant.
    /// - Returns: the nearest name, when not more than a third of the letters differ.
    static func nearest(to name: String) -> Setting? {
        let candidates = allCases.map { (setting: $0, distance: distance(name, $0.rawValue)) }
        guard let best = candidates.min(by: { $0.distance < $1.distance }), best.distance * 3 <= name.count else {
            return nil
        }
        return best.setting
    }

    /// How many letters have to be changed, added or left out (Levenshtein 1966).
    private static func distance(_ one: String, _ other: String) -> Int {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        var previous = Array(0...other.count)
        for (row, letter) in one.enumerated() {
            var current = [row + 1]
            for (column, otherLetter) in other.enumerated() {
                let changed = previous[column] + (letter == otherLetter ? 0 : 1)
                current.append(min(changed, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[other.count]
    }
}
