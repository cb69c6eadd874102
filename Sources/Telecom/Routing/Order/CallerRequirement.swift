/// Which callers a carrier takes.
package struct CallerRequirement: Sendable, Hashable {
    /// The raw value is that of the database.
    package enum Number: String, Sendable, Hashable, CaseIterable {
        case any
        /// There is a number.
        case required = "number"
        /// It has country code 1.
        case northAmerican = "north_american"
    }

    package let number: Number
    /// Also calls whose caller hides his number or has none.
    package let acceptsAnonymous: Bool

    package init(number: Number = .any, acceptsAnonymous: Bool = true) {
        self.number = number
        self.acceptsAnonymous = acceptsAnonymous
    }

    /// Whether a call with such a caller is taken.
    func accept(_ caller: CallerIdentity?) -> Bool {
        guard let caller, let presented = caller.number else { return number == .any && acceptsAnonymous }
        return (acceptsAnonymous || !caller.isPrivate) && (number != .northAmerican || presented.isNANP)
    }
}
