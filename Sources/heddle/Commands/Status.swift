import ArgumentParser
import Postgres
import SIPEdge
import Server
import Services

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what runs: database, migrations, edge, calls in progress, work that waits.",
        discussion: """
            Exits with 1 when the ledger differs from the balances, or when migrations are pending; with 69 when the \
            database cannot be reached.
            """)

    @OptionGroup var options: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let settings = try options.configuration()
        let control = EdgeControl(settings.edge)
        let edge = await control.edgeID()
        let calls = edge == nil ? nil : try? await control.dialogs().count  // an edge that does not answer has no count
        let state = try await options.withDatabases(settings, .exists) { try await ReadState($0)() }
        if json {
            print(
                JSONWriter.object { json in
                    json.text("server", state.server)
                    json.number("pending_migrations", state.pendingMigrations)
                    json.number("routing_version", state.routingVersion)
                    json.text("edge", edge)
                    json.number("calls_in_progress", calls)
                    json.number("open_requests", state.openRequests)
                    json.number("unrated_cdrs", state.unratedCDRs)
                    json.number("unrated_age_s", state.unratedAge_s)
                    json.number("cdrs_set_aside", state.cdrsSetAside)
                    json.number("stray_rows", state.strayRows)
                    json.number("ledger_differences", state.ledgerDifferences)
                    json.number("reports_age_s", state.reportsAge_s)
                    json.number("unsealed_audit_rows", state.unsealedAuditRows)
                })
        } else {
            tell(state, edge: edge, calls: calls)
        }
        if state.ledgerDifferences > 0 || state.pendingMigrations > 0 { throw ExitCode(1) }
    }

    private func tell(_ state: SystemState, edge: String?, calls: Int?) {
        print("database       \(state.server), \(state.pendingMigrations) migrations pending")
        guard state.pendingMigrations == 0 else {
            print("               nothing else can be read before `heddle migrate`")
            return
        }
        print("routing data   version \(state.routingVersion)")
        let progress = calls.map { "\($0) calls in progress" } ?? "but does not tell its calls"
        print("SIP edge       \(edge.map { "\($0) runs, \(progress)" } ?? "none answers on this machine")")
        print("open requests  \(state.openRequests)")
        let lag = state.unratedAge_s.map { ", the oldest for \($0) s" } ?? ""
        print("unrated CDRs   \(state.unratedCDRs)\(lag)")
        if state.cdrsSetAside > 0 {
            print("set aside      \(state.cdrsSetAside) CDRs cannot be rated; `heddle cdr aside` says why")
        }
        if state.strayRows > 0 {
            print("stray rows     \(state.strayRows) lie outside every month; core.count_strays() says in which tables")
        }
        let reports = state.reportsAge_s.map { "refreshed \($0) s ago" } ?? "never refreshed; a worker does it"
        print("reports        \(reports)")
        let waiting = state.unsealedAuditRows == 0 ? "every row is" : "\(state.unsealedAuditRows) rows are not"
        print("audit trail    \(waiting) sealed")
        guard state.ledgerDifferences > 0 else {
            print("ledger         equals the balances")
            return
        }
        print("ledger         DIFFERS from the balances in \(state.ledgerDifferences) places;")
        print("               `heddle ledger check` names them")
    }
}
