package import Foundation
import Glibc
import Processes
package import Reactor

/// Prints an HTML page as PDF by WeasyPrint, which is a program of its own: `make setup` installs it.
package struct PrintPage: Sendable {
    private let starter: Starter
    private let program: String

    /// - Parameter program: where WeasyPrint is; `nil` looks where the system keeps programs.
    /// - Throws: `BillingFailure` when it is not installed.
    package init(reactor: Reactor, program: String? = nil) throws {
        starter = Starter(reactor: reactor)
        guard let path = program ?? Self.places.first(where: FileManager.default.isExecutableFile) else {
            throw BillingFailure("WeasyPrint is not installed, which prints PDF; run `make setup`, or write HTML")
        }
        self.program = path
    }

    private static let places = ["/usr/bin/weasyprint", "/usr/local/bin/weasyprint"]
    /// For a page with tables of some thousand rows.
    private static let limit = Duration.seconds(300)

    /// - Parameters:
    ///   - identity: of the document, so that the same one printed again is the same file.
    ///   - path: the PDF; a file that is there is replaced when the new one is whole.
    package func callAsFunction(_ html: String, identity: String, to path: String) async throws {
        try OutputFile.write(try await printed(html, identity: identity), to: path)
    }

    /// The PDF itself.
    package func printed(_ html: String, identity: String) async throws -> Data {
        let work = FileManager.default.temporaryDirectory.appending(path: "heddle-print-\(UUID().uuidString)")
        // What an invoice says is nobody else's business.
        try FileManager.default.createDirectory(
            at: work, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: work) }  // the system's own sweep would do it
        let page = work.appending(path: "page.html")
        let pdf = work.appending(path: "page.pdf")
        let log = work.appending(path: "log")
        try Data(html.utf8).write(to: page)
        let process = try await starter.start(
            Program(
                path: program, arguments: ["--quiet", "--pdf-identifier", identity, page.path, pdf.path],
                environment: [
                    "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": work.path, "SOURCE_DATE_EPOCH": "0",
                ],
                output: .file(log.path), lifetime: .endsWithParent(signal: SIGKILL)))
        guard await process.waitForExit(atMost: Self.limit) else {
            await process.stop(signal: SIGKILL)
            throw BillingFailure("WeasyPrint was not done in five minutes")
        }
        guard process.exitCode == 0, let made = try? Data(contentsOf: pdf) else {
            let said = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
            throw BillingFailure("WeasyPrint failed: \(said.suffix(500))")
        }
        return made
    }
}
