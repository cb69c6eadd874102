import ArgumentParser
import Foundation
import Server
import Services

extension RerateCommand {
    struct Run: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Rate the calls of a window again, and keep what differs.",
            discussion: """
                Prices are those that held when a call was answered, or decided by a router: by the plan that its \
                account is now said to have had, the version that held, and its rows. A version that is named takes \
                the place of those of its plan or deck: calls of accounts that had the plan, or over trunks that have \
                the deck, are rated. With --account that account's calls are, whatever plan it had.

                Rows of a version have dates of their own. --as-of takes plans, versions and rows as they hold at that \
                time for all calls, so that `--as-of now` is today's prices for the calls of last month; hours of the \
                day are still those of the call. Jurisdictions, and what was used of volume steps and bundles, are as \
                when the call was rated.

                What resellers are charged for the calls of accounts below them is rated again by their own plans, \
                also for those that had none assigned when the call was rated. With --account it is what that account \
                pays alone, as a reseller for the calls below it.

                A run that was ended goes on with --resume; nothing is lost but a page. A draft can be rated by, and \
                posted when it is published.
                """)

        @OptionGroup var options: DataOptions
        @OptionGroup var tenant: TenantOption

        @Option(help: ArgumentHelp("First day or instant.", valueName: "2026-10-01"))
        var from: Moment?

        @Option(help: ArgumentHelp("First day or instant after it.", valueName: "2026-11-01"))
        var to: Moment?

        @Option(help: ArgumentHelp("One account only.", valueName: "BAN or name"))
        var account: String?

        @Option(help: ArgumentHelp("Calls over one carrier only.", valueName: "name"))
        var carrier: String?

        @Option(help: ArgumentHelp("By a version of this rate plan.", valueName: "name"))
        var plan: String?

        @Option(help: ArgumentHelp("By a version of this deck.", valueName: "name"))
        var deck: String?

        @Option(help: "Which version of the plan or deck.")
        var version: Int?

        @Option(help: ArgumentHelp("The time whose prices are taken.", valueName: "time or now"))
        var asOf: AsOf?

        @Option(help: "sell, buy or both (default: both; of a plan sell, of a deck buy).")
        var side: RerateChoice.Side?

        @Option(help: "Why: kept with the run, and with what is posted.")
        var reason: String?

        @Option(help: ArgumentHelp("Go on with a run that was ended.", valueName: "run"))
        var resume: String?

        @Flag(help: "Print JSON, and no progress.")
        var json = false

        func validate() throws {
            if resume != nil {
                guard from == nil, to == nil, account == nil, carrier == nil, plan == nil, deck == nil, version == nil,
                    asOf == nil, side == nil, reason == nil
                else { throw ValidationError("--resume goes on as the run began: take nothing else with it") }
                return
            }
            guard let from, let to, let reason, reason.contains(where: { !$0.isWhitespace }) else {
                throw ValidationError("--from, --to and --reason are wanted")
            }
            guard to.date > from.date else { throw ValidationError("--to is not after --from") }
            guard plan == nil || deck == nil else { throw ValidationError("take --plan or --deck") }
            guard (version != nil) == (plan != nil || deck != nil) else {
                throw ValidationError("--version goes with --plan or --deck; `heddle plan list NAME` has the versions")
            }
            if plan != nil, side == .buy { throw ValidationError("a plan prices what is sold: not --side buy") }
            if deck != nil, side == .sell { throw ValidationError("a deck prices what is bought: not --side sell") }
        }

        func run() async throws {
            let finding = try await options.withDatabases(options.configuration()) { databases in
                let owner = try await tenant.id(in: databases)
                let rerate = RerateCalls(databases.engine, tenant: owner)
                let runs = ReadRerates(databases.engine, tenant: owner)
                let meter = ProgressMeter()
                defer { meter.end() }
                let id: UUID
                if let resume {
                    id = try await runs.find(resume).id
                    try await rerate.resume(id) { if !json { meter.tell($0) } }
                } else {
                    id = try await rerate(try await wanted(owner, databases)) { if !json { meter.tell($0) } }
                }
                guard let run = try await runs(id) else { throw CommandFailure("the run is gone") }
                return try await RerateFinding(databases.engine, tenant: owner, run, by: .account)
            }
            print(json ? RerateText.json(finding) : RerateText.text(finding))
        }

        private func wanted(_ tenant: UUID, _ databases: Databases) async throws -> RerateChoice {
            guard let from, let to, let reason else { throw CommandFailure("--from, --to and --reason are wanted") }
            var choice = RerateChoice(from.date..<to.date, reason: reason)
            choice.account = account
            choice.carrier = carrier
            choice.asOf = asOf?.date
            if let plan { choice.sheet = try await FindSheet(databases.engine)(plan, .plan, of: tenant) }
            if let deck { choice.sheet = try await FindSheet(databases.engine)(deck, .deck, of: tenant) }
            choice.version = version
            choice.side = side ?? (plan != nil ? .sell : deck != nil ? .buy : .both)
            return choice
        }
    }
}

extension RerateChoice.Side: ExpressibleByArgument {}

/// A time of prices: an instant, a day, or now.
struct AsOf: ExpressibleByArgument {
    let date: Date

    init?(argument: String) {
        guard let date = argument == "now" ? Date() : Moment(argument: argument)?.date else { return nil }
        self.date = date
    }
}
