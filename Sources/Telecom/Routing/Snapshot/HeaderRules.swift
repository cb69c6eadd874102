/// How the headers of a call are changed on its way to a trunk: what was received is removed first, then the new is
/// added.
package struct HeaderRules: Sendable, Hashable {
    /// Whole header lines, each ending in CR LF.
    package var added: String
    /// Names, each with its short form where it has one.
    package var removed: [String]

    package init(added: String = "", removed: [String] = []) {
        self.added = added
        self.removed = removed
    }
}
