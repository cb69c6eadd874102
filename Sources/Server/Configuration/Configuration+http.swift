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

    /// Where a process serves HTTP: one with the API on its usual address, and another one, of which there may be
    /// several on a machine, where it is told to.
    package func httpAddress(of roles: Set<Role>) -> (host: String, port: Int)? {
        guard let http else { return roles.contains(.api) ? Self.usualHTTP : nil }
        return http == Self.noHTTP ? nil : Self.address(http)
    }
}
