import ArgumentParser
import Foundation
import Postgres
import Server
import Services

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Prove that the audit trail is what was written.",
        subcommands: [Verify.self, Seal.self])

    /// The proof.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compare the audit trail with the chain that seals it.",
            discussion: """
                Exits with 1 when a row or a link is not what it was, and lists them. Rows of the last two days may \
                still wait for their link.
                """)

        @OptionGroup var options: DataOptions

        @Option(help: ArgumentHelp("Only this tenant (default: every one).", valueName: "slug or id"))
        var tenant: String?

        @Option(
            help: ArgumentHelp(
                "A link of the tenant that was noted, as the log and `audit seal` tell it: it must be in the chain.",
                valueName: "number:hash"))
        var link: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard let link else { return }
            guard VerifyAudit.Mark(link) != nil else {
                throw ValidationError("--link is \"\(link)\", expected a number and a hash, like 7:9f86d081…")
            }
            if tenant == nil { throw ValidationError("--link is of one tenant: name it with --tenant") }
        }

        func run() async throws {
            let trails = try await options.withDatabases(options.configuration()) { try await compare($0.engine) }
            print(json ? Self.json(trails) : Self.text(trails))
            if trails.contains(where: { !$0.problems.isEmpty }) { throw ExitCode(1) }
        }

        /// What was found of a tenant.
        private struct Trail {
            let tenant: String
            let problems: [VerifyAudit.Problem]
        }

        private func compare(_ database: Database) async throws -> [Trail] {
            let only: UUID? = if let tenant { try await FindTenant(database)(tenant) } else { nil }
            let tenants = try await database.run(
                "select id, slug from core.tenants where \(only)::uuid is null or id = \(only) order by slug"
            ).decode(UUID.self, String.self)
            var trails: [Trail] = []
            for (id, slug) in tenants {
                let problems = try await VerifyAudit(database)(tenant: id, mark: link.flatMap(VerifyAudit.Mark.init))
                trails.append(Trail(tenant: slug, problems: problems))
            }
            return trails
        }

        private static func text(_ trails: [Trail]) -> String {
            trails.map { trail in
                if trail.problems.isEmpty { return "\(trail.tenant): the trail is as it was sealed" }
                var table = Table(["LINK", "ROW", "TIME", "WHAT IS WRONG"], rightAligned: [0])
                for problem in trail.problems {
                    table.add([
                        problem.link.map(String.init) ?? "-", problem.row?.text ?? "-", problem.at ?? "-", problem.text,
                    ])
                }
                let more = trail.problems.count < VerifyAudit.maximumProblems ? "" : "\nand perhaps more"
                return "\(trail.tenant): the trail is NOT as it was sealed\n\(table.text)\(more)"
            }.joined(separator: "\n")
        }

        private static func json(_ trails: [Trail]) -> String {
            var writer = JSONWriter()
            writer.array { writer in
                for trail in trails {
                    writer.object { writer in
                        writer.text("tenant", trail.tenant)
                        writer.array("problems") { writer in
                            for problem in trail.problems { write(problem, &writer) }
                        }
                    }
                }
            }
            return writer.text
        }

        private static func write(_ problem: VerifyAudit.Problem, _ writer: inout JSONWriter) {
            writer.object { writer in
                writer.text("problem", problem.text)
                writer.number("link", problem.link)
                writer.text("row", problem.row?.text)
                writer.text("at", problem.at)
            }
        }
    }

    /// What a worker does every minute.
    struct Seal: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal what is not sealed yet, and print the newest link of each tenant.",
            discussion: """
                `heddle serve` does it every minute. Keep a link outside of the database: `audit verify --link` proves \
                with it that nobody wrote trail and chain anew.
                """)

        @OptionGroup var options: DataOptions

        func run() async throws {
            var isNew = false
            try await options.withDatabases(options.configuration()) { databases in
                try await SealAudit(databases.engine)(lookBack: SealAudit.farLookBack) { link in
                    printAtOnce("\(link.tenant): sealed \(link.rows) rows, link \(link.mark)")
                    isNew = true
                }
            }
            if !isNew { print("everything is sealed") }
        }
    }
}
