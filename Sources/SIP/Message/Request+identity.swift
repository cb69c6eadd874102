extension Request {
    /// P-Asserted-Identity: who the caller is, by the word of a trusted neighbour; at most one SIP and one tel URI
    /// (RFC 3325 section 9.1).
    package func assertedIdentities() throws(ParseError) -> [NameAddress] {
        try headers.addresses(.assertedIdentity)
    }

    /// Remote-Party-ID, the form before RFC 3325. Its `party`, `privacy` and `screen` are parameters.
    package func remoteParties() throws(ParseError) -> [NameAddress] {
        try headers.addresses(.remotePartyID)
    }

    /// Diversion: who forwarded the call, the last one first (RFC 5806 section 9.2).
    package func diversions() throws(ParseError) -> [NameAddress] { try headers.addresses(.diversion) }

    /// By History-Info, the target that the call was last forwarded from: the one whose index stands in the latest
    /// entry's `mp`, or else the entry before the latest. `rc` and `np` are no forwarding: the target stays the same
    /// (RFC 7044 section 5).
    package func lastForwarder() throws(ParseError) -> NameAddress? {
        let entries = try headers.addresses(.historyInfo)
        guard let latest = entries.last, entries.count > 1 else { return nil }
        if let index = latest.parameters["mp"] { return entries.first { $0.parameters["index"] == index } }
        return latest.parameters.contains("rc") || latest.parameters.contains("np") ? nil : entries[entries.count - 2]
    }

    /// The values of Privacy, in lower case (RFC 3323 section 4.2): `id`, `header`, `session`, `user`, `none`,
    /// `critical`. They are separated by semicolons, and by commas in practice.
    package var privacy: Set<String> {
        var values: Set<String> = []
        for line in headers.all(.privacy) {
            for value in line.string.split(whereSeparator: { $0 == ";" || $0 == "," || $0 == " " }) {
                values.insert(value.lowercased())
            }
        }
        return values
    }

    /// Whether the caller asks that the identity be kept from the callee: `Privacy: id` (or user, header, full), or a
    /// Remote-Party-ID with `privacy` other than off.
    package var asksForPrivacy: Bool {
        if !privacy.isDisjoint(with: ["id", "user", "header", "full"]) { return true }
        // A malformed Remote-Party-ID cannot be shown to anyone as the caller, so it needs no privacy.
        guard let parties = try? remoteParties() else { return false }
        return parties.contains { party in
            guard let privacy = party.parameters["privacy"] else { return false }
            return privacy.lowercased() != "off"
        }
    }

    /// The Identity headers as they came: PASSporTs, one for each header (RFC 8224 section 4).
    package var identities: [Text] { headers.all(.identity) }
}
