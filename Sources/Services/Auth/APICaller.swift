package import Foundation

/// Who asks: a program with a key.
package struct APICaller: Sendable {
    package let tenant: UUID
    package let keyID: UUID
    package let name: String
    /// The account that the key is confined to; `nil` for the whole tenant.
    package let account: UUID?
    /// What the key permits.
    package let scopes: Set<String>
    /// What is left of its rate.
    package let rate: Rate

    /// How many requests a key has a minute, how many are left of them, and when there are new ones.
    package struct Rate: Sendable, Equatable {
        package let limit: Int
        package let remaining: Int
        package let resetSeconds: Int
    }

    /// The scope of what it does.
    package func scope(source: String?, request: UUID?) -> RequestScope {
        RequestScope(
            tenant: tenant, account: account, actor: "api key \(name)", source: source, request: request,
            permissions: scopes)
    }
}

/// Why a key opens nothing.
package enum APIKeyRefusal: Error, Sendable, Equatable {
    /// No key, none that we know, or a wrong one: which of them is not said.
    case unknown
    case revoked
    case expired
    /// It may not be used from there.
    case wrongAddress
    /// The operator is closed.
    case closed
    /// It asks more often than it may.
    case tooMany(APICaller.Rate)
}
