/// Why a mail was not sent, in a sentence without secrets.
package struct MailFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// Whether it would be the same at another time.
    package let isFinal: Bool
    /// Whether a server has the mail whole, and did not say what became of it.
    package let mayHaveArrived: Bool
    package let description: String

    package init(isFinal: Bool, mayHaveArrived: Bool = false, _ description: String) {
        self.isFinal = isFinal
        self.mayHaveArrived = mayHaveArrived
        self.description = description
    }
}
