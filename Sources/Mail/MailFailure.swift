/// Why a mail was not sent, in a sentence without secrets.
package struct MailFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whether it would be the same at another time.
    package let isFinal: Bool
    package let description: String

    package init(isFinal: Bool, _ description: String) {
        self.isFinal = isFinal
        self.description = description
    }
}
