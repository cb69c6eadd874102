package import Foundation
package import Postgres
import Schema

/// Makes the demonstration operator: carriers with decks, a reseller with customers, trunks, numbers, balances, and a
/// campaign with a publisher and a buyer. Run again it changes nothing but addresses.
package struct SeedDemo: Sendable {
    private let database: Database

    /// - Parameter database: as the owner.
    package init(_ database: Database) {
        self.database = database
    }

    /// What can be chosen.
    package struct Settings: Sendable {
        /// Where parties are, as `host:port`; the others are where they usually are.
        package var addresses: [DemoParty: String] = [:]
        /// The secret of the digest trunk, sealed; without it the trunk cannot log in.
        package var login: Login?
        /// What the webhook's deliveries are signed with, sealed; without it there is no webhook.
        package var webhook: WebhookSecret?
        /// The administrator's password; without it nobody can log in to the portal yet.
        package var adminPassword: String?

        /// The sealed secret of a SIP login.
        package struct Login: Sendable {
            package let realm: String
            package let keyID: String
            /// Ciphertexts in hex.
            package let md5: String
            package let sha256: String

            package init(realm: String, keyID: String, md5: String, sha256: String) {
                self.realm = realm
                self.keyID = keyID
                self.md5 = md5
                self.sha256 = sha256
            }
        }

        /// The sealed secret of a webhook.
        package struct WebhookSecret: Sendable {
            package let keyID: String
            /// Ciphertext in hex.
            package let secret: String

            package init(keyID: String, secret: String) {
                self.keyID = keyID
                self.secret = secret
            }
        }

        package init() {}
    }

    /// Makes it, or brings it up to date.
    package func callAsFunction(_ settings: Settings = Settings()) async throws {
        var values = Dictionary(
            uniqueKeysWithValues: DemoParty.allCases.map {
                ($0.rawValue, settings.addresses[$0] ?? $0.usualAddress)
            })
        values["admin_password"] = settings.adminPassword
        if let login = settings.login {
            values["realm"] = login.realm
            values["ha1_key"] = login.keyID
            values["ha1_md5"] = login.md5
            values["ha1_sha256"] = login.sha256
        }
        if let webhook = settings.webhook {
            values["webhook_key"] = webhook.keyID
            values["webhook_secret"] = webhook.secret
        }
        let seed = try Schema.demoSeed()
        try await database.transaction { session in
            for (name, value) in values {
                try await session.run("select set_config(\("heddle.demo_\(name)"), \(value), true)")
            }
            try await session.runScript(SQL(unescaped: seed))
        }
    }
}

extension SeedDemo {
    // Fixed ids and names of db/seed/demo.sql.

    package static let tenant = demoID(1)
    /// The customer whose call the demonstration places, known by its address.
    package static let customerAccount = demoID(11)
    /// The trunk that logs in by digest.
    package static let digestTrunk = demoID(501)
    package static let digestUser = "juniper-pbx"
    package static let webhook = demoID(910)
    /// The caller and the called number of the demonstration.
    package static let caller = "+12125550100"
    package static let called = "+14155550142"

    static func demoID(_ number: Int) -> UUID {
        let digits = String(number)
        let text = "de300000-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        return UUID(uuidString: text) ?? CallRecord.unattributedTenant  // twelve digits always make one
    }
}
