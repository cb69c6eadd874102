import ArgumentParser
import Postgres
import SIPEdge
import Server
import Services

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what runs: database, migrations, edge, calls in progress, work that waits.")

    @OptionGroup var options: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let settings = try options.configuration()
        let control = EdgeControl(settings.edge)
        let edge = await control.edgeID()
        let calls = edge == nil ? nil : try? await control.dialogs().count  // an edge that does not answer has no count
        let state = try await options.withDatabases { try await ReadState($0)() }
        if json {
            print(
                JSONWriter.object { json in
                    json.number("pending_migrations", state.pendingMigrations)
                    json.number("routing_version", state.routingVersion)
                    json.text("edge", edge)
                    json.number("calls_in_progress", calls)
                    json.number("open_requests", state.openRequests)
                    json.number("unrated_cdrs", state.unratedCDRs)
                    json.number("cdrs_set_aside", state.cdrsSetAside)
                    json.number("ledger_differences", state.ledgerDifferences)
                })
            return
        }
        print("database       \(state.server), \(state.pendingMigrations) migrations pending")
        print("routing data   version \(state.routingVersion)")
        print("SIP edge       \(edge.map { "\($0) runs, \(calls ?? 0) calls in progress" } ?? "does not run")")
        print("open requests  \(state.openRequests)")
        print("unrated CDRs   \(state.unratedCDRs)")
        if state.cdrsSetAside > 0 {
            print("set aside      \(state.cdrsSetAside) CDRs cannot be rated; cdr.raw_cdr.rating_error says why")
        }
        print(
            state.ledgerDifferences == 0
                ? "ledger         equals the balances"
                : "ledger         \(state.ledgerDifferences) DIFFERENCES; see billing.check_ledger"
        )
    }
}
