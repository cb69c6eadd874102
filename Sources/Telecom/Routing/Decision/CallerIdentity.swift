/// The caller as the far end gets to see it.
package struct CallerIdentity: Sendable, Hashable {
    /// Where the number comes from. The raw value is stored and shown.
    package enum Origin: String, Sendable, Hashable, CaseIterable {
        case assertedIdentity = "p_asserted_identity"
        case remoteParty = "remote_party_id"
        case from
        /// The trunk's own number, by its caller-ID rule.
        case replacement
        /// A number of the account's pool.
        case pool
        case none
    }

    /// Nil when the caller presented nothing that is a number and the trunk has no number to put in its place.
    package let number: E164?
    package let display: String
    /// The number is for the carrier and not for the called party.
    package let isPrivate: Bool
    package let origin: Origin
}

extension CallerIdentity {
    /// The header lines that tell a carrier who calls, each ending in CR LF; empty when there is nothing to tell.
    ///
    /// Only what can be dialled and a host of our own configuration are put in, so nothing that the caller wrote gets
    /// here.
    /// - Parameter user: the number as the carrier's rules write it; nil for the usual way.
    func headerLines(_ header: IdentityHeader, host: String, user: String? = nil) -> String {
        guard let user = user ?? number?.description else { return isPrivate ? "Privacy: id\r\n" : "" }
        switch header {
        case .none: return isPrivate ? "Privacy: id\r\n" : ""
        case .assertedIdentity:
            let line = "P-Asserted-Identity: <sip:" + user + "@" + host + ">\r\n"
            return isPrivate ? line + "Privacy: id\r\n" : line
        case .remoteParty:
            return "Remote-Party-ID: <sip:" + user + "@" + host + ">;party=calling;screen=yes;privacy="
                + (isPrivate ? "full\r\n" : "off\r\n")
        }
    }
}
