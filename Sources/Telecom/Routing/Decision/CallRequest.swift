/// What is known of a call when its INVITE arrives: all that a decision needs.
package struct CallRequest: Sendable {
    /// Where the caller's message came from, as the edge saw it.
    package var source: IPAddress
    package var sourcePort: Int
    package var transport: Endpoint.Transport
    /// The user part of the request URI, with escapes decoded.
    package var dialled: String
    package var caller: PresentedCaller
    /// What it offers to talk with; any, when it does not say.
    package var codecs = CodecSet.any
    package var authentication: DigestState
    /// What the request says of porting; looked at when its trunk is believed.
    package var signalledPorting: SignalledPorting?
    /// What was found of the called number and of the caller's, once they were looked up. The caller's is named,
    /// because a call may show another number each time that it is decided.
    package var porting: NumberPorting?
    package var callerPorting: (number: E164, porting: NumberPorting)?
    /// Whether the listener that took the call may challenge strangers.
    package var allowsDigest: Bool

    package init(
        source: IPAddress, sourcePort: Int = 5060, transport: Endpoint.Transport = .udp, dialled: String,
        caller: PresentedCaller, authentication: DigestState = .none, allowsDigest: Bool = true,
        signalledPorting: SignalledPorting? = nil
    ) {
        self.source = source
        self.sourcePort = sourcePort
        self.transport = transport
        self.dialled = dialled
        self.caller = caller
        self.authentication = authentication
        self.signalledPorting = signalledPorting
        self.allowsDigest = allowsDigest
    }
}

/// Who the caller says that he is.
package struct PresentedCaller: Sendable, Hashable {
    /// The user and the display name of From.
    package var fromUser: String
    package var fromDisplay: String
    /// The user parts of P-Asserted-Identity and Remote-Party-ID.
    package var assertedUser: String?
    package var remotePartyUser: String?
    /// There was `Privacy: id` (or stronger).
    package var wantsPrivacy: Bool
    /// Who forwarded the call, when anybody did.
    package var diversion: Diversion?

    package init(
        fromUser: String, fromDisplay: String = "", assertedUser: String? = nil, remotePartyUser: String? = nil,
        wantsPrivacy: Bool = false, diversion: Diversion? = nil
    ) {
        self.fromUser = fromUser
        self.fromDisplay = fromDisplay
        self.assertedUser = assertedUser
        self.remotePartyUser = remotePartyUser
        self.wantsPrivacy = wantsPrivacy
        self.diversion = diversion
    }
}

/// What the edge found of digest credentials. Checking them is its task, not that of a decision.
package enum DigestState: Sendable, Hashable {
    /// There were none.
    case none
    /// They answer a challenge that is not, or no longer, good: they prove nothing, and the caller may try again.
    case stale
    /// They were wrong, and the caller may try again.
    case wrong
    /// They were wrong once too often.
    case exhausted
    /// They were right for this user.
    case verified(user: String)
}
