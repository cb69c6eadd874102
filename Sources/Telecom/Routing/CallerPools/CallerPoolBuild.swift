import struct FoundationEssentials.UUID

/// Finds the pool of each trunk while a snapshot is built.
struct CallerPoolBuild {
    /// A pool with the account that it belongs to: no other account shows its numbers.
    private struct Entry {
        let pool: CallerPool
        let accountID: UUID
    }

    private var pools: [TenantKey: Entry] = [:]
    /// By account.
    private var defaults: [TenantKey: CallerPool] = [:]
    private(set) var problems: [SnapshotProblem] = []

    init() {}

    init(_ rows: [CallerPoolRow], areaCodes: AreaCodeTable, hasAccount: (CallerPoolRow) -> Bool) {
        for row in rows {
            guard hasAccount(row) else {
                problems.append(SnapshotProblem(kind: .callerPoolWithoutAccount, id: row.id))
                continue
            }
            let pool = CallerPool(row, areaCodes: areaCodes)
            pools[TenantKey(row.tenantID, row.id)] = Entry(pool: pool, accountID: row.accountID)
            if row.isDefault { defaults[TenantKey(row.tenantID, row.accountID)] = pool }
        }
    }

    mutating func pool(of trunk: TrunkRow) -> CallerPool? {
        guard let id = trunk.callerPoolID else { return defaults[TenantKey(trunk.tenantID, trunk.accountID)] }
        if let entry = pools[TenantKey(trunk.tenantID, id)], entry.accountID == trunk.accountID { return entry.pool }
        problems.append(SnapshotProblem(kind: .callerPoolMissing, id: trunk.id))
        return nil
    }
}
