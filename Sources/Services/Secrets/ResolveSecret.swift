/// Fetches the secret that a reference points to, each time anew, so that a rotated one is seen.
package struct ResolveSecret: Sendable {
    private let environment: [String: String]
    private let google: GoogleSecrets

    /// Largest secret, wherever it is kept: what Secret Manager takes, too.
    package static let byteCountMax = 65_536

    /// - Parameters:
    ///   - environment: what `env:` reads; the program's own outside of tests.
    ///   - google: what `gcp-sm:` asks. One for the whole program, for it remembers its access token.
    package init(environment: [String: String], google: GoogleSecrets = .standard) {
        self.environment = environment
        self.google = google
    }

    /// The secret. It is never empty.
    package func callAsFunction(_ reference: SecretReference) async throws(SecretError) -> Secret {
        let secret =
            switch reference {
            case .environment(let name): try variable(name, reference)
            case .file(let path): try SecretFile.read(path)
            case .secretManager(let version): try await google.access(version)
            }
        guard !secret.bytes.isEmpty else { throw SecretError(.missing, reference, "it is empty") }
        guard secret.bytes.count <= Self.byteCountMax else {
            throw SecretError(.tooLarge, reference, "it is larger than \(Self.byteCountMax) bytes")
        }
        return secret
    }

    /// Reads the reference first.
    package func callAsFunction(_ text: String) async throws(SecretError) -> Secret {
        try await self(SecretReference(text))
    }

    private func variable(_ name: String, _ reference: SecretReference) throws(SecretError) -> Secret {
        guard let value = environment[name] else {
            throw SecretError(.missing, reference, "the variable is not set; set \(name) where heddle is started")
        }
        return Secret(value)
    }
}
