/// What a password must be (NIST SP 800-63B: long, and nothing that is guessed first; no rule about marks).
package enum PasswordRule {
    /// Characters at least.
    package static let shortest = 12
    /// Bytes at most: bcrypt looks at no more.
    package static let longest = 72
    private static let fewestKinds = 5

    /// What is wrong with a password, or `nil`.
    /// - Parameter about: what everybody knows of its owner: the address, the name.
    package static func fault(_ password: String, about: [String]) -> String? {
        if password.count < shortest { return "at least \(shortest) characters" }
        if password.utf8.count > longest { return "at most \(longest) bytes" }
        if password.utf8.contains(0) { return "a text without U+0000" }
        if Set(password).count < fewestKinds { return "at least \(fewestKinds) different characters" }
        let plain = password.lowercased()
        let known = about.flatMap { $0.lowercased().split { !$0.isLetter && !$0.isNumber } }.filter { $0.count >= 4 }
        let rest = known.reduce(plain) { $0.replacing($1, with: "") }
        if rest.count < shortest / 2 { return "not what is known of its owner" }
        let isRun = zip(plain.unicodeScalars, plain.unicodeScalars.dropFirst()).allSatisfy {
            (Int($0.value) - Int($1.value)).magnitude <= 1
        }
        if isRun { return "no row of letters or digits" }
        if ["password1234", "passwordpassword", "qwertyuiop12", "123456789012"].contains(where: plain.contains) {
            return "nothing that is guessed first"
        }
        return nil
    }
}
