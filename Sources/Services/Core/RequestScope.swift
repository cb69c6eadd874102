package import Foundation
package import Postgres

/// For whom a transaction of `heddle_app` works, and who makes it do so: what row policies and the audit trail read.
package struct RequestScope: Sendable {
    package let tenant: UUID
    /// The account that it sees; `nil` for all.
    package var account: UUID?
    /// The accounts below it that it sees as well.
    package var descendants: [UUID] = []
    /// The account of whoever asks, also while it acts for another; `nil` for the operator's people.
    package var asker: UUID?
    /// Who logged in.
    package var user: UUID?
    /// A name that outlives who it is.
    package var actor: String
    /// The address that it came from.
    package var source: String?
    package var request: UUID?
    /// The trace that the request is of: events keep it.
    package var trace: TraceParent?
    /// What whoever asks may do; `nil` is all.
    package var permissions: Set<String>?

    package init(
        tenant: UUID, account: UUID? = nil, user: UUID? = nil, actor: String, source: String? = nil,
        request: UUID? = nil,
        permissions: Set<String>? = nil
    ) {
        self.tenant = tenant
        self.account = account
        self.asker = account
        self.user = user
        self.actor = actor
        self.source = source
        self.request = request
        self.permissions = permissions
    }

    /// Whether whoever asks has a permission; `nil` needs none.
    package func may(_ permission: String?) -> Bool {
        guard let permission, let permissions else { return true }
        return permissions.contains(permission)
    }

    /// The first statement of every transaction.
    package var opening: SQL {
        """
        \(view.opening),
               core.set_request_context(\(actor), \(source)::text::inet, \(request), \(trace?.text)::text)
        """
    }

    /// What says which rows it sees.
    struct View: Hashable, Sendable {
        let tenant: UUID
        let account: UUID?
        let descendants: [UUID]
        let user: UUID?

        /// The first statement of a transaction that only reads.
        var opening: SQL {
            """
            select core.set_context(\(tenant), \(account == nil ? "tenant" : "account"),
                                    \(account.map { [$0] + descendants }), \(user))
            """
        }
    }

    var view: View { View(tenant: tenant, account: account, descendants: descendants, user: user) }
}
