/// Which caller's number a trunk may present.
package struct CallerIDRule: Sendable, Hashable {
    /// How strict the rule is.
    package enum Mode: String, Sendable, Hashable, CaseIterable {
        /// What the trunk presents.
        case presented
        /// Only numbers of the account and those listed; anything else is replaced, or refused when there is no
        /// replacement.
        case listed
        /// Always the replacement.
        case fixed
    }

    package let mode: Mode
    /// Numbers that are not ours, but that the customer has proved to be its own.
    package let allowed: Set<E164>
    /// The number presented instead; also where the trunk presents none.
    package let replacement: E164?
    /// The trunk's P-Asserted-Identity and Remote-Party-ID are believed; otherwise only From is read.
    package let trustsIdentity: Bool
    /// A foreign number may be presented where the call was forwarded from one that may.
    package let acceptsDiverted: Bool

    package init(
        mode: Mode = .presented, allowed: Set<E164> = [], replacement: E164? = nil, trustsIdentity: Bool = true,
        acceptsDiverted: Bool = false
    ) {
        self.mode = mode
        self.allowed = allowed
        self.replacement = replacement
        self.trustsIdentity = trustsIdentity
        self.acceptsDiverted = acceptsDiverted
    }
}
