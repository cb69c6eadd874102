import Testing

/// A statement of the hot list, and what may come of it on tables of a size that matters.
///
/// TENANT stands for the operator that asks. `{messaging.mdr.id}` stands for a value of a row that it has there, the
/// same row wherever the table is named.
struct HotStatement: Sendable, CustomTestStringConvertible {
    /// Who runs it.
    enum Role: Sendable {
        /// Functions of ours that run as who owns the tables.
        case owner
        /// The pipelines and the edge, for all tenants.
        case engine
        /// The API and the portal for staff of the tenant: row policies apply.
        case staff
        /// The portal for people of an account: of `{cdr.enriched_cdr.account_id}`.
        case people
    }

    let name: String
    let sql: String
    var role = Role.engine
    /// Indexes of which the plan has to use one, on the table or its partitions, where it is said.
    var indexes: [String] = []
    /// How many partitions of one table it may look into, where time is known.
    var partitions: Int?
    /// Pages that it may touch, those of functions that it calls with them.
    var pages = 250

    var testDescription: String { name }

    static let all = calls + money + platform + messages + tracking + portal
}
