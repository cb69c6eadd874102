import Synchronization
import TestSupport

/// Full tenants that the tests of a suite share: to fill every table takes longer than most of what is tried on them.
enum SharedTenants {
    private static let made = Mutex<[String: Task<Tenant, any Error>]>([:])

    /// The one of that name in a suite's database, made by whoever asks first.
    static func tenant(_ name: String, of database: TestDatabase) async throws -> Tenant {
        let key = "\(database.name) \(name)"
        let task = made.withLock { made in
            let task =
                made[key]
                ?? Task {
                    let tenant = try await database.tenant()
                    try await tenant.fillEveryTable()
                    return tenant
                }
            made[key] = task
            return task
        }
        return try await task.value
    }
}

extension TestDatabase {
    /// A full tenant of the suite's. Whoever takes it leaves its rows as they are.
    func sharedTenant(_ name: String = "mine") async throws -> Tenant {
        try await SharedTenants.tenant(name, of: self)
    }
}
