import NIOSSL
import Services

extension Configuration {
    /// Where webhooks may be, and what their certificates are checked against.
    /// - Throws: `ConfigurationError` when the file cannot be read.
    func webhookSettings() throws(ConfigurationError) -> SendWebhook.Settings {
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
        return settings
    }
}
