import struct FoundationEssentials.UUID

/// Sorts rules and limits by whom they are for. Accounts without any of their own share the tenant's.
struct CallPolicyBuild {
    private struct Owner: Hashable {
        let tenantID: UUID
        let accountID: UUID?
    }

    private var levels: [Owner: PolicyLevel] = [:]
    private var shared: [UUID: CallPolicy] = [:]

    init() {}

    init(_ rules: [DestinationRuleRow], _ limits: [CallLimitRow]) {
        let rulesOf = Dictionary(grouping: rules) { Owner(tenantID: $0.tenantID, accountID: $0.accountID) }
        let limitsOf = Dictionary(grouping: limits) { Owner(tenantID: $0.tenantID, accountID: $0.accountID) }
        for owner in Set(rulesOf.keys).union(limitsOf.keys) {
            let level = PolicyLevel(rules: rulesOf[owner] ?? [], limits: limitsOf[owner] ?? [])
            levels[owner] = level
            if owner.accountID == nil { shared[owner.tenantID] = CallPolicy(own: nil, general: level) }
        }
    }

    /// - Returns: nil where nothing but the default holds.
    func policy(of accountID: UUID, _ tenantID: UUID) -> CallPolicy? {
        guard let own = levels[Owner(tenantID: tenantID, accountID: accountID)] else { return shared[tenantID] }
        return CallPolicy(own: own, general: levels[Owner(tenantID: tenantID, accountID: nil)])
    }
}
