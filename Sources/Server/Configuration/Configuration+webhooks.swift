import NIOSSL
import Services

extension Configuration {
    /// What sends to webhooks, where they may be.
    /// - Throws: `ConfigurationError` when the file of certificates cannot be read.
    func sendWebhook(_ ring: KeyRing) throws(ConfigurationError) -> SendWebhook {
        var settings = SendWebhook.Settings()
        settings.allowedNetworks = webhookNetworks
        if let webhookRoots {
            do {
                settings.additionalRoots = try NIOSSLCertificate.fromPEMFile(webhookRoots)
            } catch {
                throw ConfigurationError(
                    "\(Setting.webhookRoots.rawValue): \(webhookRoots) cannot be read as certificates (PEM): \(error)")
            }
        }
        return SendWebhook(settings, ring)
    }
}
