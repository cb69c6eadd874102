package import Foundation

/// Who asks: a program with a key, a person who logged in, or staff of the platform that entered an operator.
package struct APICaller: Sendable {
    /// How it was let in.
    package enum Kind: Sendable, Equatable {
        case key
        case session
        case support
    }

    package let kind: Kind
    package let tenant: UUID
    /// The key, the session or the entry; answers and rates are kept by it.
    package let id: UUID
    /// The user who logged in, or in whose name a key acts.
    package let user: UUID?
    package let name: String
    /// The account that it is confined to; `nil` for the whole tenant.
    package var account: UUID?
    /// The accounts below it that it sees as well.
    package var descendants: [UUID] = []
    /// For which account it acts, or for `all` of its own, as it said; `nil` for its own.
    package var actingFor: String?
    /// Its own account while it acts for another; `nil` for the operator's people.
    var accountBehind: UUID?
    /// What it permits.
    package let scopes: Set<String>
    /// What is kept of the secret that it showed, in hexadecimal digits: with another one it is let in anew.
    let proof: String
    /// When an access token ends, which its key may outlive.
    var endsAt: Date?
    /// What a session has to do before it permits anything.
    package var duty: Duty?
    /// What is left of its own rate, and of its operator's.
    package var rates: [Rate] = []

    /// What somebody has to do first.
    package enum Duty: String, Sendable {
        case secondFactor = "second_factor"
        case password
    }

    /// How many requests somebody has a minute, how many are left of them, and when there are new ones.
    package struct Rate: Sendable, Equatable {
        /// `key` or `tenant`.
        package let name: String
        package let limit: Int
        package let remaining: Int
        package let resetSeconds: Int
    }

    /// Whether it acts for another account, or for more than its own.
    package var isActing: Bool { actingFor != nil }

    /// A name that outlives it.
    package var actor: String {
        switch kind {
        case .key: "api key \(name)"
        case .session: name
        case .support: "support \(name)"
        }
    }

    /// The scope of what it does.
    package func scope(source: String?, request: UUID?) -> RequestScope {
        var scope = RequestScope(
            tenant: tenant, account: account, user: user, actor: actor, source: source, request: request,
            permissions: scopes)
        scope.descendants = descendants
        if isActing { scope.asker = accountBehind }
        return scope
    }
}

/// Why nobody is let in.
package enum APIRefusal: Error, Sendable, Equatable {
    /// Nothing, nothing that we know, or what is wrong: which of them is not said.
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
