import ArgumentParser
import Catalog
import Foundation
import Postgres
import Server

struct SchemaCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Show the model of the database in use.",
        subcommands: [ERD.self, Reference.self])

    /// The picture.
    struct ERD: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erd", abstract: "Draw the tables and the keys between them.",
            discussion: """
                Writes a picture of all tables and one of each schema with its columns. SVG and PNG are drawn by \
                Graphviz (`dot`); Mermaid and dot are texts. Lines join tables of one schema; a key to another schema \
                is named where it starts. Keys to the tenant are left out, in the picture of all tables those to the \
                account as well, unless a table has no other.
                """)

        enum Format: String, CaseIterable, ExpressibleByArgument { case svg, png, mermaid, dot }

        @OptionGroup var options: DataOptions

        @Option(help: "Where the files go; made when it is missing.")
        var out = "erd"

        @Option(help: "Draw only this schema.")
        var schema: String?

        @Option(help: "What to write; may be repeated (default: svg and png).")
        var format: [Format] = []

        func run() async throws {
            let formats = format.isEmpty ? [.svg, .png] : format
            let catalog = try await options.withDatabases(options.configuration()) { try await ReadCatalog($0.owner)() }
            let names = catalog.schemas.map(\.name)
            if let schema, !names.contains(schema) {
                throw ValidationError("there is no schema \(schema); there are \(names.joined(separator: ", "))")
            }
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            for name in schema.map({ [$0] }) ?? [nil] + names {
                let diagram = EntityDiagram(catalog, schema: name)
                if diagram.isEmpty { continue }
                for format in formats { try write(diagram, "\(out)/\(name ?? "model")", format) }
            }
        }

        private func write(_ diagram: EntityDiagram, _ path: String, _ format: Format) throws {
            switch format {
            case .dot: try diagram.dot().write(toFile: "\(path).dot", atomically: true, encoding: .utf8)
            case .mermaid: try diagram.mermaid().write(toFile: "\(path).mmd", atomically: true, encoding: .utf8)
            case .svg, .png: try Graphviz().draw(diagram.dot(), to: "\(path).\(format.rawValue)", format.rawValue)
            }
            print("\(path).\(format == .mermaid ? "mmd" : format.rawValue)")
        }
    }

    /// The words.
    struct Reference: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reference",
            abstract: "Print every table, column, domain and function with its meaning, as Markdown.")

        @OptionGroup var options: DataOptions

        func run() async throws {
            let catalog = try await options.withDatabases(options.configuration()) { try await ReadCatalog($0.owner)() }
            print(SchemaReference(catalog).text(), terminator: "")
        }
    }
}

/// Draws with Graphviz's `dot`, which the set-up installs.
private struct Graphviz {
    func draw(_ text: String, to path: String, _ format: String) throws {
        let source = FileManager.default.temporaryDirectory.appending(path: "heddle-\(UUID().uuidString).dot")
        try text.write(to: source, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: source) }  // it is a temporary file anyway
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["dot", "-T\(format)", "-o", path, source.path]
        try process.run()
        process.waitUntilExit()
        switch process.terminationStatus {
        case 0: return
        case 127: throw GraphvizError("Graphviz is not installed; run `make setup`, or take --format mermaid")
        case let code: throw GraphvizError("dot could not draw \(path) (exit code \(code))")
        }
    }
}

/// Why a picture could not be drawn.
private struct GraphvizError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
