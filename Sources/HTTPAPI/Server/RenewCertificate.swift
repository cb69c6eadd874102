import Foundation
import Logging

/// Has certificates that were renewed served without a restart, and tells when one comes to its end.
struct RenewCertificate {
    private let certificate: ServedCertificate
    private let interval: Duration
    private let logger: Logger

    private static let soon: TimeInterval = 7 * 86_400
    private static let aDay = Duration.seconds(86_400)

    init(_ certificate: ServedCertificate, _ settings: HTTPSettings, logger: Logger) {
        self.certificate = certificate
        interval = settings.certificateInterval
        self.logger = logger
    }

    /// Looks again and again until the task is cancelled.
    func run() async {
        var told: String?
        var toldOfEnd: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: interval)
                if try await certificate.renew() {
                    logger.notice("HTTPS has another certificate, which ends at \(certificate.ends.apiText)")
                }
                told = nil
            } catch {
                if Task.isCancelled { return }
                // Once, and not each minute. While two files are replaced they may not fit for a moment.
                let fault = "\(error)"
                if told != fault { logger.warning("the certificate of HTTPS stays as it was: \(fault)") }
                told = fault
            }
            guard certificate.ends.timeIntervalSinceNow < Self.soon else { continue }
            if let toldOfEnd, ContinuousClock.now - toldOfEnd < Self.aDay { continue }
            logger.warning("the certificate of HTTPS ends at \(certificate.ends.apiText), and was not renewed yet")
            toldOfEnd = ContinuousClock.now
        }
    }
}
