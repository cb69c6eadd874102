import Foundation
import Glibc
import HTTPAPI
import Processes
import Reactor
import TestSupport
import Testing

/// A certificate that signs itself, for localhost, and the key to it.
struct TestCertificate: Sendable {
    let directory: String
    var files: CertificateFiles {
        CertificateFiles(certificate: "\(directory)/certificate.pem", key: "\(directory)/key.pem")
    }

    private static let starter = Starter(reactor: Reactor(name: "test-openssl"))

    static func make(_ more: [String] = []) async throws -> TestCertificate {
        let made = TestCertificate(directory: StaleRuns.directory("certificate-\(UUID().uuidString)"))
        try FileManager.default.createDirectory(atPath: made.directory, withIntermediateDirectories: true)
        let process = try await starter.start(
            Program(
                path: "/usr/bin/openssl",
                arguments: [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
                    "30", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                    made.files.key, "-out", made.files.certificate,
                ] + more,
                output: .file("\(made.directory)/said"), lifetime: .endsWithParent(signal: SIGKILL)))
        let isDone = await process.waitForExit(atMost: .seconds(60))
        try #require(isDone && process.exitCode == 0, "openssl could not make the certificate")
        return made
    }

    /// Puts the files of another one in the place of its own, as what renews certificates does.
    func replace(with other: TestCertificate) throws {
        for (old, new) in [(files.certificate, other.files.certificate), (files.key, other.files.key)] {
            try FileManager.default.removeItem(atPath: old)
            try FileManager.default.copyItem(atPath: new, toPath: old)
        }
    }

    /// Writes a text in the place of what a file has.
    func write(_ text: String, to file: String) throws {
        try text.write(toFile: file, atomically: false, encoding: .utf8)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: directory)  // else the next run sweeps it
    }
}
