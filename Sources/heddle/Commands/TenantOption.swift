import ArgumentParser
import Foundation
import Server
import Services

/// Whose data a command shows.
struct TenantOption: ParsableArguments {
    @Option(help: ArgumentHelp("The tenant's slug or id (default: the only tenant).", valueName: "slug or id"))
    var tenant: String?

    func id(in databases: Databases) async throws -> UUID { try await FindTenant(databases.engine)(tenant) }
}
