import SIP
import Services
import Telecom

/// Reads what the router needs from the edge's INVITE.
struct InviteReader {
    /// The header fields that the edge adds; it removes whatever a caller sent under these names.
    enum EdgeHeader {
        static let edge = "X-Heddle-Edge"
        static let source = "X-Heddle-Source"
        static let received = "X-Heddle-Received"
        static let listener = "X-Heddle-Listener"
    }

    let identity: CallIdentity
    let address: IPAddress
    let port: Int
    let transport: Telecom.Endpoint.Transport
    /// Where the edge received it.
    let listener: SIP.Endpoint?
    let dialled: String
    let caller: PresentedCaller
    /// What the request URI says of porting.
    let signalledPorting: SignalledPorting?

    /// What it offers to talk with, where anybody wants to know.
    let codecs: CodecSet

    /// - Parameter readsOffer: whether any carrier minds what a call offers.
    /// - Returns: `nil` when the edge's headers are missing or malformed: then it is not our edge that asks.
    init?(_ request: Request, readsOffer: Bool = false) {
        guard let edge = request.headers.first(named: EdgeHeader.edge)?.string,
            let source = request.headers.first(named: EdgeHeader.source)?.string,
            let received = request.headers.first(named: EdgeHeader.received).flatMap({ Int64($0.string) })
        else { return nil }
        let parts = source.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 3, let address = IPAddress(Self.unbracketed(parts[0])), let port = Int(parts[1]) else {
            return nil
        }
        self.address = address
        self.port = port
        transport = Telecom.Endpoint.Transport(rawValue: parts[2].lowercased()) ?? .udp
        listener = request.headers.first(named: EdgeHeader.listener).flatMap { Self.endpoint($0.string) }
        identity = CallIdentity(
            edge: edge, callID: request.callID.string, fromTag: request.from.tag?.string ?? "",
            receivedMicroseconds: received,
            source: source)
        dialled = request.uri.user ?? ""
        caller = Self.caller(of: request)
        codecs = readsOffer && !request.body.isEmpty ? OfferReader.codecs(in: request.body.bytes) : .any
        let parameters = request.uri.numberParameters
        signalledPorting =
            parameters.isEmpty
            ? nil
            : SignalledPorting(
                npdi: parameters["npdi"], routingNumber: parameters["rn"], context: parameters["rn-context"])
    }

    /// `127.0.0.1:5060` or `[::1]:5060`, in the one way that addresses are compared.
    static func endpoint(_ text: String) -> SIP.Endpoint? {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            let address = IPAddress(unbracketed(text[..<colon]))
        else { return nil }
        return SIP.Endpoint(host: address.description, port: port)
    }

    private static func unbracketed(_ host: Substring) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
    }

    private static func caller(of request: Request) -> PresentedCaller {
        // Headers that cannot be read identify nobody.
        let asserted = (try? request.assertedIdentities())?.first?.uri.user
        let remote = (try? request.remoteParties())?.first?.uri.user
        return PresentedCaller(
            fromUser: request.from.uri.user ?? "", fromDisplay: request.from.displayName ?? "",
            assertedUser: asserted, remotePartyUser: remote, wantsPrivacy: request.asksForPrivacy,
            diversion: Self.diversion(of: request))
    }

    /// Who forwarded the call last, by Diversion or, without any, by History-Info.
    private static func diversion(of request: Request) -> Diversion? {
        // Headers that cannot be read name nobody.
        if let latest = (try? request.diversions())?.first, let user = latest.uri.user {
            let reason = latest.parameters["reason"].flatMap { Diversion.Reason(rawValue: $0.lowercased()) }
            return Diversion(user: user, reason: reason ?? .unknown)
        }
        return ((try? request.lastForwarder()) ?? nil)?.uri.user.map { Diversion(user: $0) }
    }
}
