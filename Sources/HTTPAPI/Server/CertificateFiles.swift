import Crypto
import Foundation
import NIOSSL
import Services

/// Where the server's certificate is, and the key to it.
package struct CertificateFiles: Sendable, Hashable {
    /// PEM: the server's own certificate, then those that lead to one that clients trust.
    package let certificate: String
    /// PEM, without a passphrase.
    package let key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// What is in them.
    struct Contents: Sendable {
        let certificate: [UInt8]
        let key: Secret
        /// Tells them from others, and nothing of the key.
        let digest: [UInt8]
    }

    private static let mostCertificateBytes = 256 << 10

    /// Reads both.
    ///
    /// A key that every user of the machine can read is refused, as each other secret of ours in a file is, and as sshd
    /// and PostgreSQL do: a warning would come at every start, and be read at none. A group may read it, so that who
    /// renews certificates need not be who serves.
    func read() async throws(CertificateFault) -> Contents {
        let files = FileManager.default
        guard files.fileExists(atPath: certificate) else {
            throw certificateFault("there is no such file, or its directory is closed to user \(geteuid())")
        }
        guard let bytes = files.contents(atPath: certificate) else {
            throw certificateFault("user \(geteuid()) may not read it, or it is no file")
        }
        guard (1...Self.mostCertificateBytes).contains(bytes.count) else {
            throw certificateFault("it has \(bytes.count) bytes: no certificate")
        }
        let secret: Secret
        do {
            secret = try await ResolveSecret(environment: [:])(.file(path: key))
        } catch {
            throw CertificateFault("HEDDLE_HTTP_KEY: \(error)")
        }
        var hash = SHA256()
        hash.update(data: Data(SHA256.hash(data: bytes)))
        hash.update(data: Data(SHA256.hash(data: Data(secret.bytes))))
        return Contents(certificate: [UInt8](bytes), key: secret, digest: Array(hash.finalize()))
    }

    /// What connections are served with.
    /// - Throws: `CertificateFault` when nobody could be served with it.
    func open(_ contents: Contents, at now: Date) throws(CertificateFault) -> OpenedCertificate {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(contents.certificate), let own = chain.first else {
            throw certificateFault("it is no certificate (PEM: -----BEGIN CERTIFICATE-----), or a damaged one")
        }
        guard let privateKey = try? NIOSSLPrivateKey(bytes: contents.key.bytes, format: .pem) else {
            throw keyFault(
                "it is no private key (PEM: -----BEGIN PRIVATE KEY-----), a damaged one, or has a passphrase")
        }
        let begins = Date(timeIntervalSince1970: TimeInterval(own.notValidBefore))
        let ends = Date(timeIntervalSince1970: TimeInterval(own.notValidAfter))
        guard now < ends else { throw certificateFault("it expired at \(ends.apiText); renew it") }
        guard now >= begins else {
            throw certificateFault("it counts from \(begins.apiText) only; it is \(now.apiText) now")
        }
        do {
            let context = try NIOSSLContext(configuration: Self.settings(chain, privateKey))
            return OpenedCertificate(context: context, ends: ends, digest: contents.digest)
        } catch NIOSSLError.failedToLoadPrivateKey {
            throw keyFault(
                "it is not the key to the first certificate in \(certificate) (HEDDLE_HTTP_CERTIFICATE)")
        } catch {
            throw certificateFault("nobody can be served with it: \(error)")
        }
    }

    private static func settings(_ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey) -> TLSConfiguration {
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        settings.minimumTLSVersion = .tlsv12
        // Of TLS 1.2 what RFC 9325 recommends: what is recorded today stays secret when the key is lost later.
        settings.cipherSuites = "ECDH+AESGCM:ECDH+CHACHA20"
        settings.applicationProtocols = ["http/1.1"]
        return settings
    }

    private func certificateFault(_ reason: String) -> CertificateFault {
        CertificateFault("HEDDLE_HTTP_CERTIFICATE: \(certificate): \(reason)")
    }

    private func keyFault(_ reason: String) -> CertificateFault {
        CertificateFault("HEDDLE_HTTP_KEY: \(key): \(reason)")
    }
}

/// A certificate that can be served with.
struct OpenedCertificate: Sendable {
    let context: NIOSSLContext
    let ends: Date
    /// Of the files that it came from.
    let digest: [UInt8]
}

/// Why nothing can be served with a certificate, in a sentence that names the setting and the file.
package struct CertificateFault: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
