import Crypto
import Foundation
import Glibc
import Processes
package import Reactor

/// DuckDB, which writes and reads the files of the archive. It is a program of its own, which `make setup` installs.
package struct ParquetTool: Sendable {
    private let starter: Starter
    private let program: String

    /// Where it is looked for.
    package static let places = ["/usr/local/lib/heddle/duckdb", "/usr/local/bin/duckdb", "/usr/bin/duckdb"]
    /// For a month of the largest table.
    private static let limit = Duration.seconds(24 * 3600)

    /// - Parameter program: where DuckDB is; `nil` looks in the usual places.
    /// - Throws: `ArchiveFailure` when it is not installed.
    package init(reactor: Reactor, program: String? = nil) throws {
        starter = Starter(reactor: reactor)
        guard let path = program ?? Self.places.first(where: FileManager.default.isExecutableFile) else {
            throw ArchiveFailure("DuckDB is not installed, which writes and reads the archive: run `make setup`")
        }
        self.program = path
    }

    /// A directory for one run of it, away afterwards.
    struct Workplace: Sendable {
        let path: String

        init(in parent: String) throws {
            path = "\(parent)/\(Self.prefix)\(UUID().uuidString.lowercased())"
            // What calls were made is nobody else's business.
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        }

        static let prefix = ".heddle-archive-"
        static var temporary: Workplace { get throws { try Workplace(in: NSTemporaryDirectory().trimmed) } }

        func remove() { try? FileManager.default.removeItem(atPath: path) }  // the next run clears what stays
    }

    /// A statement before all others: bounded memory, rows in their order, times in UTC, nothing fetched.
    private static func settings(_ work: Workplace) -> String {
        """
        set TimeZone = 'UTC'; set threads = 2; set memory_limit = '768MB'; set preserve_insertion_order = true;
        set autoinstall_known_extensions = false; set autoload_known_extensions = false;
        set temp_directory = \(ArchivedTable.text(work.path + "/spill"));

        """
    }

    /// Starts it with statements.
    /// - Parameter arguments: how it shows what they give.
    func start(
        _ statements: String, in work: Workplace, arguments: [String] = ["-list", "-noheader"],
        prints: Bool = false
    ) async throws -> RunningProcess {
        let script = "\(work.path)/\(UUID().uuidString.prefix(8)).sql"
        try Data((Self.settings(work) + statements).utf8).write(to: URL(filePath: script))
        return try await starter.start(
            Program(
                path: program, arguments: ["-no-init", "-batch", "-bail"] + arguments + ["-f", script],
                environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": work.path],
                output: prints ? .inherited : .file(log(work)), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    /// Waits for its end.
    /// - Throws: `ArchiveFailure` with what it said when it failed.
    func finish(_ process: RunningProcess, in work: Workplace) async throws {
        guard await process.waitForExit(atMost: Self.limit) else {
            await process.stop(signal: SIGKILL)
            throw ArchiveFailure("DuckDB was not done in a day")
        }
        guard process.exitCode == 0 else {
            let words = said(work).suffix(4000)  // who is killed says nothing
            throw ArchiveFailure("DuckDB failed: \(words.isEmpty ? "it ended with \(process.exitCode ?? 1)" : words)")
        }
    }

    /// Runs statements.
    /// - Returns: what they printed.
    func run(_ statements: String, in work: Workplace) async throws -> String {
        try? FileManager.default.removeItem(atPath: log(work))  // there may be none yet
        try await finish(start(statements, in: work), in: work)
        return said(work)
    }

    /// Runs a query for people or programs: what it gives goes to our standard output.
    func show(_ statements: String, in work: Workplace, arguments: [String]) async throws {
        let process = try await start(statements, in: work, arguments: arguments, prints: true)
        guard await process.waitForExit(atMost: Self.limit) else {
            await process.stop(signal: SIGKILL)
            throw ArchiveFailure("DuckDB was not done in a day")
        }
        guard process.exitCode == 0 else { throw ArchiveFailure("the query failed; DuckDB said why") }
    }

    /// Runs a query and takes what it gives as CSV, in the form of ``ArchivedTable``.
    func read(_ query: String, in work: Workplace, _ take: ([UInt8]) async throws -> Void) async throws {
        let pipe = try NamedPipe("\(work.path)/\(UUID().uuidString.prefix(8)).csv")
        let descriptor = try pipe.openReader()
        defer { close(descriptor) }
        let process = try await start(
            """
            copy (\(query)) to \(ArchivedTable.text(pipe.path))
                (format csv, header false, force_quote *, use_tmp_file false);
            """, in: work)
        do {
            try await NamedPipe.read(descriptor, from: process, take)
        } catch {
            await process.stop(signal: SIGKILL)
            throw error
        }
        try await finish(process, in: work)
    }

    /// What a file comes to, every row of it read.
    func facts(of file: String, _ table: ArchivedTable, in work: Workplace) async throws -> ArchiveFacts {
        let printed = try await run(table.facts(of: file), in: work)
        var hash = SHA256()
        try await read(table.rows(of: file, generated: true), in: work) { hash.update(data: $0) }
        guard let facts = ArchiveFacts(printed: printed, of: table, digest: hash.finalize().hex) else {
            throw ArchiveFailure("DuckDB said \(printed.prefix(200)) of \(file)")
        }
        return facts
    }

    /// Its name and version.
    func version(in work: Workplace) async throws -> String {
        try await "DuckDB " + run("select version();", in: work)
    }

    private func log(_ work: Workplace) -> String { "\(work.path)/said" }

    private func said(_ work: Workplace) -> String {
        let text = (try? String(contentsOfFile: log(work), encoding: .utf8)) ?? ""  // then it said nothing
        return text.trimmed
    }
}

extension String {
    /// Without spaces and line ends around it, and a slash at its end.
    fileprivate var trimmed: String {
        var text = trimmingCharacters(in: .whitespacesAndNewlines)
        while text.count > 1 && text.hasSuffix("/") { text.removeLast() }
        return text
    }
}
