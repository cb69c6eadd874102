import Foundation
import NIOSSL
import Synchronization

/// The certificate that new connections get. Those that there are keep the one that they began with.
package final class ServedCertificate: Sendable {
    private let files: CertificateFiles
    private let current: Mutex<OpenedCertificate>

    private init(_ files: CertificateFiles, _ opened: OpenedCertificate) {
        self.files = files
        current = Mutex(opened)
    }

    /// Reads the files for the first time.
    /// - Throws: `CertificateFault` when nobody could be served with what is in them.
    package static func open(_ files: CertificateFiles) async throws(CertificateFault) -> ServedCertificate {
        let contents = try await files.read()
        return ServedCertificate(files, try files.open(contents, at: Date()))
    }

    var context: NIOSSLContext { current.withLock { $0.context } }
    /// When clients stop to believe it.
    var ends: Date { current.withLock { $0.ends } }

    /// Takes what the files have now. It is read whole each time: times of files are those of links, of the second, or
    /// of what was copied.
    /// - Returns: whether it is another one.
    /// - Throws: `CertificateFault` when nobody could be served with it; the one before it stays.
    func renew() async throws(CertificateFault) -> Bool {
        let contents = try await files.read()
        if current.withLock({ $0.digest == contents.digest }) { return false }
        let opened = try files.open(contents, at: Date())
        current.withLock { $0 = opened }
        return true
    }
}
