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
    }

    let identity: CallIdentity
    let address: IPAddress
    let port: Int
    let transport: Telecom.Endpoint.Transport
    let dialled: String
    let caller: PresentedCaller

    /// - Returns: `nil` when the edge's headers are missing or malformed: then it is not our edge that asks.
    init?(_ request: Request) {
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
        identity = CallIdentity(
            edge: edge, callID: request.callID.string, fromTag: request.from.tag?.string ?? "",
            receivedMicroseconds: received,
            source: source)
        dialled = request.uri.user ?? ""
        caller = Self.caller(of: request)
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
            assertedUser: asserted, remotePartyUser: remote, wantsPrivacy: request.asksForPrivacy)
    }
}
