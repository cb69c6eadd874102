import Foundation
import Postgres

/// The tables that changes may name: as far as whoever asks may read them, for what is wrong is told with names that
/// there are.
struct NamedTables {
    /// What whoever asks may do; `nil` is all.
    private let permissions: Set<String>?
    /// The permission that reading a table or a schema asks for; what is not in it is shown to nobody.
    private let readPermissions: [String: String?]

    init(_ permissions: Set<String>?, _ session: Connection) async throws {
        self.permissions = permissions
        guard permissions != nil else {
            readPermissions = [:]
            return
        }
        let rows = try await session.run("select name, read_permission from ref.resource_permissions")
            .decode(String.self, String?.self)
        readPermissions = Dictionary(rows.map { ($0.0, $0.1) }) { first, _ in first }
    }

    /// - Parameter table: with its schema.
    /// - Throws: `ResourceFault` when whoever asks may not read it.
    func check(_ table: String) throws {
        guard let permissions else { return }
        let name = readPermissions.keys.contains(table) ? table : String(table.prefix { $0 != "." })
        guard let entry = readPermissions[name] else {
            throw ResourceFault(.forbidden, "the changes name a row of \(table), which the API does not show")
        }
        guard let needed = entry, !permissions.contains(needed) else { return }
        throw ResourceFault(.forbidden, "the changes name a row of \(table), which is for who has \(needed)")
    }
}
