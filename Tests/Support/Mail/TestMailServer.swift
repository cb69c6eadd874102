package import Foundation
import Glibc

/// A mail server that is a program of its own (aiosmtpd) and writes down what it takes; `smtp_server.py` says what it
/// does for which recipient.
package struct TestMailServer: Sendable {
    package let port: Int
    /// The file of its certificate, which is its own root; empty where it speaks in clear.
    package let certificate: String
    private let file: String

    /// How a session with it is.
    package enum Form: String, Sendable {
        case clear, starttls, smtps
    }

    /// What it took, as Python's own parser reads it.
    package struct Taken: Decodable, Sendable {
        package let sender: String
        package let recipients: [String]
        package let isEncrypted: Bool
        package let user: String?
        package let headers: [String: String]
        package let type: String
        package let text: String
        package let defects: [String]
        package let longestLine: Int
        package let attachments: [File]
    }

    /// A file that came with a mail.
    package struct File: Decodable, Sendable {
        package let name: String
        package let type: String
        package let content: Data
    }

    /// What is not there.
    private struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    private static let python = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: ".build/contract-tools/bin/python3")

    private static func start(_ program: String, _ arguments: [String]) throws -> (Process, Pipe) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        return (process, output)
    }

    /// Takes mail as long as the closure runs.
    /// - Parameter login: who may send, where not everybody may.
    package static func run(
        _ form: Form = .clear, login: (user: String, password: String)? = nil,
        _ body: (TestMailServer) async throws -> Void
    ) async throws {
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw Missing(description: "aiosmtpd is missing: run scripts/contract-tools.sh")
        }
        let directory = StaleRuns.directory("mail-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "smtp_server.py").path
        let (file, certificate, key) = ("\(directory)/taken", "\(directory)/certificate.pem", "\(directory)/key.pem")
        var arguments = [script, file]
        if form != .clear {
            let (maker, _) = try start(
                "openssl",
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                    certificate,
                ])
            maker.waitUntilExit()
            arguments += [certificate, key, form.rawValue] + (login.map { [$0.user, $0.password] } ?? [])
        }
        let (server, output) = try start(python.path, arguments)
        // Not asked to end: a child may have the signals blocked that its parent has.
        defer { kill(server.processIdentifier, SIGKILL) }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw Missing(description: "the mail server did not start")
        }
        try await body(TestMailServer(port: port, certificate: form == .clear ? "" : certificate, file: file))
    }

    /// What was taken, in the order that it came in.
    package var taken: [Taken] {
        get throws {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
            // The last line may be half written.
            let whole = text.prefix(upTo: text.lastIndex(of: "\n") ?? text.startIndex)
            return try whole.split(separator: "\n").map { try JSONDecoder().decode(Taken.self, from: Data($0.utf8)) }
        }
    }
}
