/// Where an operator keeps a secret. The database and the configuration hold these, never the secret.
package enum SecretReference: Sendable, Hashable {
    /// `env:NAME`: a variable of this program's environment.
    case environment(name: String)
    /// `file:/PATH`: a file of this machine, such as a mounted secret.
    case file(path: String)
    /// `gcp-sm:projects/P/secrets/S[/versions/V]`: Google Cloud's Secret Manager.
    case secretManager(SecretVersion)

    /// A version of a secret in Secret Manager.
    package struct SecretVersion: Sendable, Hashable {
        /// Id or number of the project.
        package let project: String
        /// Name of the secret.
        package let secret: String
        /// A number or an alias; `latest` when the reference names none.
        package let version: String

        /// The resource, as the service's API names it.
        package var name: String { "projects/\(project)/secrets/\(secret)/versions/\(version)" }
    }

    /// What a reference looks like, for messages.
    package static let forms = "env:NAME, file:/PATH or gcp-sm:projects/PROJECT/secrets/SECRET[/versions/VERSION]"

    /// Longest reference; as long as the longest path.
    private static let countMax = 4096

    /// Reads a reference.
    /// - Throws: `SecretError` with the code `malformed`. It repeats nothing of a text that may be the secret itself,
    ///   written where its reference belongs.
    package init(_ text: String) throws(SecretError) {
        guard let colon = text.firstIndex(of: ":"), text.utf8.count <= Self.countMax else {
            throw Self.unknownForm
        }
        let rest = text[text.index(after: colon)...]
        switch text[..<colon] {
        case "env": self = try Self.environment(rest)
        case "file": self = try Self.file(rest)
        case "gcp-sm": self = try Self.secretManager(rest)
        default: throw Self.unknownForm
        }
    }

    // MARK: Forms

    private static let unknownForm = SecretError(
        .malformed, "a secret is given as \(forms), and this text is none of them")

    private static func environment(_ name: Substring) throws(SecretError) -> Self {
        guard isWord(name, countMax: 256, also: "_"), let first = name.utf8.first, !isDigit(first) else {
            throw SecretError(
                .malformed, "env: is followed by the name of a variable: letters, digits and _, no digit first")
        }
        return .environment(name: String(name))
    }

    private static func file(_ path: Substring) throws(SecretError) -> Self {
        guard path.utf8.first == UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "/"), !path.utf8.contains(0) else {
            throw SecretError(.malformed, "file: is followed by the path of a file from the root: file:/PATH")
        }
        return .file(path: String(path))
    }

    private static func secretManager(_ name: Substring) throws(SecretError) -> Self {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        // Projects of a domain are called "example.com:name". Names go into a URL: nothing there needs escaping.
        guard parts.count == 4 || parts.count == 6, parts[0] == "projects", parts[2] == "secrets",
            isWord(parts[1], countMax: 128, also: "-.:"), isWord(parts[3], countMax: 255, also: "-_")
        else { throw malformedSecretManager }
        guard parts.count == 6 else {
            return .secretManager(SecretVersion(project: String(parts[1]), secret: String(parts[3]), version: "latest"))
        }
        guard parts[4] == "versions", isWord(parts[5], countMax: 63, also: "-_") else { throw malformedSecretManager }
        return .secretManager(
            SecretVersion(project: String(parts[1]), secret: String(parts[3]), version: String(parts[5])))
    }

    private static let malformedSecretManager = SecretError(
        .malformed, "gcp-sm: is followed by projects/PROJECT/secrets/SECRET or the same with /versions/VERSION")

    private static func isWord(_ text: Substring, countMax: Int, also: String) -> Bool {
        !text.isEmpty && text.utf8.count <= countMax && !text.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
            && text.utf8.allSatisfy { isDigit($0) || isLetter($0) || also.utf8.contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
    }
}

extension SecretReference: CustomStringConvertible {
    /// The reference as it is written. The version is always spelled out.
    package var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        case .secretManager(let version): "gcp-sm:\(version.name)"
        }
    }
}
