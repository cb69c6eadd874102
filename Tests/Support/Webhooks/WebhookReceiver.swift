import Foundation
import Glibc

/// A receiver of webhooks that is a program of its own, over TLS with a certificate of its own.
package struct WebhookReceiver: Sendable {
    package let port: Int
    /// The file of its certificate, which is its own root.
    package let certificate: String
    private let file: String

    /// What it was sent.
    package struct Received: Decodable, Sendable {
        package let method: String
        package let path: String
        package let headers: [String: String]
        package let body: String
    }

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

    /// Receives as long as the closure runs.
    package static func run(_ body: (WebhookReceiver) async throws -> Void) async throws {
        let directory = StaleRuns.directory("receiver-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let (certificate, key) = ("\(directory)/certificate.pem", "\(directory)/key.pem")
        let (maker, _) = try start(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ])
        maker.waitUntilExit()
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "receiver.py").path()
        let file = "\(directory)/received"
        let (server, output) = try start("python3", [script, certificate, key, file])
        // Not asked to end: a child may have the signals blocked that its parent has.
        defer { kill(server.processIdentifier, SIGKILL) }
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CocoaError(.executableLoad)
        }
        try await body(WebhookReceiver(port: port, certificate: certificate, file: file))
    }

    /// What was received, in the order that it came in.
    package var received: [Received] {
        get throws {
            guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
            // The last line may be half written.
            let whole = text.prefix(upTo: text.lastIndex(of: "\n") ?? text.startIndex)
            return try whole.split(separator: "\n").map { try JSONDecoder().decode(Received.self, from: Data($0.utf8)) }
        }
    }
}
