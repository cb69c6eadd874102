import HTTPAPI

extension Configuration {
    private static let noHTTP = "none"
    private static let usualHTTP = (host: "127.0.0.1", port: 8080)

    static func httpAddress(_ read: SettingReader) throws(ConfigurationError) -> String? {
        guard let value = read.text(.http), value != noHTTP else { return read.text(.http) }
        guard let address = address(value), isAddress(address.host) else {
            throw ConfigurationError(.http, value, "an address with its port, like 127.0.0.1:8080, or none")
        }
        return value
    }

    static func certificateFiles(_ read: SettingReader) throws(ConfigurationError) -> CertificateFiles? {
        switch (read.text(.httpCertificate), read.text(.httpKey)) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return CertificateFiles(certificate: absolute(certificate), key: absolute(key))
        case (_?, nil):
            throw ConfigurationError("HEDDLE_HTTP_CERTIFICATE is set, and HEDDLE_HTTP_KEY is not: set both, or none")
        case (nil, _?):
            throw ConfigurationError("HEDDLE_HTTP_KEY is set, and HEDDLE_HTTP_CERTIFICATE is not: set both, or none")
        }
    }

    /// What HTTP is served with, where it is HTTPS.
    /// - Throws: `ConfigurationError` that names the setting and the file when nobody could be served with it.
    func servedCertificate() async throws(ConfigurationError) -> ServedCertificate? {
        guard let httpCertificate else { return nil }
        do {
            return try await ServedCertificate.open(httpCertificate)
        } catch {
            throw ConfigurationError(error.description)
        }
    }

    /// How addresses of the API begin.
    package var httpScheme: String { httpCertificate == nil ? "http" : "https" }

    /// Where a process serves HTTP: one with the API on its usual address, and another one, of which there may be
    /// several on a machine, where it is told to.
    package func httpAddress(of roles: Set<Role>) -> (host: String, port: Int)? {
        guard let http else { return roles.contains(.api) ? Self.usualHTTP : nil }
        return http == Self.noHTTP ? nil : Self.address(http)
    }
}
