import ArgumentParser
import Foundation
import Server
import Services

struct EdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge", abstract: "Show the SIP edges that are known, and how they share limits.",
        subcommands: [List.self, Shares.self, Forget.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the edges that are known, and whether their leases hold.")

        @OptionGroup var options: DataOptions

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let edges = try await options.withDatabases(options.configuration()) {
                try await ReadShares($0.engine).edges()
            }
            print(json ? EdgeText.json(edges) : EdgeText.text(edges))
        }
    }

    struct Shares: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show what each edge may use of the limits that are in use or wanted.",
            discussion: "There are none while one edge is alone: it has every limit as a whole.")

        @OptionGroup var options: DataOptions

        @OptionGroup var tenant: TenantOption

        @Flag(help: "Also limits that no edge uses.")
        var all = false

        @Flag(help: "Print JSON.")
        var json = false

        func run() async throws {
            let shares = try await options.withDatabases(options.configuration()) {
                try await ReadShares($0.engine).shares(of: tenant.id(in: $0), all: all)
            }
            print(json ? EdgeText.json(shares) : EdgeText.text(shares))
        }
    }

    struct Forget: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Forget an edge that is off and has no calls: the others get all that it had.",
            discussion: """
                Only for one that will not come back and whose machine is known to be off: calls that it still has \
                would no longer be counted. An edge whose lease holds among others is not forgotten.
                """)

        @OptionGroup var options: DataOptions

        @Argument(help: "The edge's id.")
        var edge: String

        func run() async throws {
            try await options.withDatabases(options.configuration()) { databases in
                let edges = try await ReadShares(databases.engine).edges()
                guard let known = edges.first(where: { $0.id == edge }) else {
                    let names = edges.map(\.id).joined(separator: ", ")
                    throw CommandFailure("no edge is called \"\(edge)\"; known are: \(names.isEmpty ? "none" : names)")
                }
                // One that was alone may be off for minutes before its lease ends: that it is silent has to do.
                guard !known.isLive || known.isAlone else {
                    throw CommandFailure("the lease of \(edge) holds until \(known.leaseUntil.formatted(.iso8601))")
                }
                try await ForgetEdge(databases.engine)(edge)
            }
        }
    }
}

/// Edges and their shares, for people and for programs.
enum EdgeText {
    static func text(_ edges: [ReadShares.Edge]) -> String {
        var table = Table(["EDGE", "STATE", "LEASE UNTIL", "SHARES"], rightAligned: [3])
        for edge in edges {
            table.add([edge.id, state(edge), edge.leaseUntil.formatted(.iso8601), "\(edge.shares)"])
        }
        return edges.isEmpty ? "no edge is known" : table.text
    }

    private static func state(_ edge: ReadShares.Edge) -> String {
        if edge.isAlone { return edge.isLive ? "alone" : "alone, silent" }
        return edge.isLive ? "shares" : "gone"
    }

    static func text(_ shares: [ReadShares.Share]) -> String {
        var table = Table(
            ["OF", "LIMIT", "AMOUNT", "EDGE", "GRANTED", "IN USE", "WANTED"], rightAligned: [2, 4, 5, 6])
        for share in shares {
            table.add([
                share.subject, share.kind.inWords, "\(share.limit)", share.edge, "\(share.granted)",
                share.inUse.map(String.init) ?? "?", "\(share.demand)",
            ])
        }
        return shares.isEmpty ? "no limit is shared" : table.text
    }

    static func json(_ edges: [ReadShares.Edge]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for edge in edges {
                writer.object { writer in
                    writer.text("edge", edge.id)
                    writer.text("state", state(edge))
                    writer.text("lease_until", edge.leaseUntil.formatted(.iso8601))
                    writer.number("shares", edge.shares)
                }
            }
        }
        return writer.text
    }

    static func json(_ shares: [ReadShares.Share]) -> String {
        var writer = JSONWriter()
        writer.array { writer in
            for share in shares {
                writer.object { writer in
                    writer.text("of", share.subject)
                    writer.text("id", share.subjectID.text)
                    writer.text("limit", share.kind)
                    writer.number("amount", share.limit)
                    writer.text("edge", share.edge)
                    writer.number("granted", share.granted)
                    writer.number("in_use", share.inUse)
                    writer.number("wanted", share.demand)
                }
            }
        }
        return writer.text
    }
}
