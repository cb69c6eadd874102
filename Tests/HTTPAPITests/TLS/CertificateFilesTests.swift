import Foundation
import Testing

@testable import HTTPAPI

/// What is said of certificates that nobody could be served with.
@Suite struct CertificateFilesTests {
    /// Makes a certificate wrong, and says what is said of it: the setting, the file, and why.
    private func expect(
        _ setting: String, _ reason: String, _ change: (TestCertificate) async throws -> CertificateFiles
    ) async throws {
        let made = try await TestCertificate.make()
        defer { made.remove() }
        let files = try await change(made)
        let path = setting == "HEDDLE_HTTP_KEY" ? files.key : files.certificate
        do {
            _ = try await ServedCertificate.open(files)
            Issue.record("it was served with: \(reason)")
        } catch {
            let said = error.description
            #expect(said.hasPrefix("\(setting): ") && said.contains(path) && said.contains(reason), "\(said)")
        }
    }

    @Test func `what is right is opened, until its end`() async throws {
        let made = try await TestCertificate.make()
        defer { made.remove() }
        let served = try await ServedCertificate.open(made.files)
        let left = served.ends.timeIntervalSinceNow / 86_400
        #expect((29.9...30).contains(left))
        #expect(try await !served.renew())
        let contents = try await made.files.read()
        let late = #expect(throws: CertificateFault.self) {
            try made.files.open(contents, at: served.ends + 1)
        }
        #expect(late?.description.contains("\(made.files.certificate): it expired at ") == true)
        let early = #expect(throws: CertificateFault.self) {
            try made.files.open(contents, at: Date(timeIntervalSinceNow: -86_400))
        }
        #expect(early?.description.contains("\(made.files.certificate): it counts from ") == true)
    }

    @Test func `what is missing, damaged or something else is told with its setting and file`() async throws {
        try await expect("HEDDLE_HTTP_CERTIFICATE", "there is no such file") {
            CertificateFiles(certificate: "\($0.directory)/nowhere.pem", key: $0.files.key)
        }
        try await expect("HEDDLE_HTTP_CERTIFICATE", "it is no file") {
            CertificateFiles(certificate: $0.directory, key: $0.files.key)
        }
        try await expect("HEDDLE_HTTP_CERTIFICATE", "it has 0 bytes") {
            try $0.write("", to: $0.files.certificate)
            return $0.files
        }
        try await expect("HEDDLE_HTTP_CERTIFICATE", "it is no certificate") {
            try $0.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", to: $0.files.certificate)
            return $0.files
        }
        try await expect("HEDDLE_HTTP_CERTIFICATE", "it is no certificate") {
            CertificateFiles(certificate: $0.files.key, key: $0.files.key)
        }
        try await expect("HEDDLE_HTTP_KEY", "there is no such file") {
            CertificateFiles(certificate: $0.files.certificate, key: "\($0.directory)/nowhere.pem")
        }
        try await expect("HEDDLE_HTTP_KEY", "it is empty") {
            try $0.write("", to: $0.files.key)
            return $0.files
        }
        try await expect("HEDDLE_HTTP_KEY", "it is no private key") {
            try $0.write("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", to: $0.files.key)
            return $0.files
        }
    }

    @Test func `a key to another certificate is told`() async throws {
        let other = try await TestCertificate.make()
        defer { other.remove() }
        try await expect("HEDDLE_HTTP_KEY", "it is not the key to the first certificate in ") {
            CertificateFiles(certificate: $0.files.certificate, key: other.files.key)
        }
    }

    @Test func `a key that everybody on the machine can read is no secret`() async throws {
        try await expect("HEDDLE_HTTP_KEY", "every user of this machine can read or change it; run: chmod o= ") {
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: $0.files.key)
            return $0.files
        }
        let made = try await TestCertificate.make()
        defer { made.remove() }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: made.files.key)
        _ = try await ServedCertificate.open(made.files)
    }
}
