import Foundation
package import Logging
package import SIP
package import Services
import Telecom

/// Answers the edge's INVITEs: translates, calls the service, translates back.
package struct Router: Sendable {
    private let settings: Settings
    private let routing: RoutingKeeper
    private let route: RouteCall
    private let gate: DigestGate
    private let digestListeners: Set<SIP.Endpoint>?
    private let logger: Logger

    /// Who may ask, and how callers prove who they are.
    package struct Settings: Sendable {
        /// Addresses that an edge asks from. Others get no answer: the headers that the edge adds could be forged.
        package var edges: Set<String> = ["127.0.0.1", "::1"]
        package var realm = "heddle"
        /// In the order that they are offered; empty allows no digest.
        package var digestAlgorithms: [DigestAlgorithm] = [.sha256, .md5]
        /// Listeners of edges, as `203.0.113.5:5060`, that let callers log in; `nil` for all.
        package var digestListeners: [String]?
        /// Signs nonces; a router's own.
        package var nonceSecret: [UInt8]

        package init(nonceSecret: [UInt8]) {
            self.nonceSecret = nonceSecret
        }
    }

    /// - Parameter porting: finds out whether numbers are ported; without it nobody is asked.
    package init(
        _ settings: Settings, routing: RoutingKeeper, calls: OpenCalls, porting: FindPorting? = nil, logger: Logger
    ) {
        self.settings = settings
        self.routing = routing
        self.logger = logger
        route = RouteCall(calls, porting: porting)
        digestListeners = settings.digestListeners.map { Set($0.compactMap(InviteReader.endpoint)) }
        gate = DigestGate(
            realm: settings.realm, algorithms: settings.digestAlgorithms, secret: settings.nonceSecret)
    }

    /// Whether a datagram from this address is looked at.
    func accepts(_ source: SIP.Endpoint) -> Bool { settings.edges.contains(source.host) }

    /// What may be asked. A body and the extensions in Require are for whom the edge calls next, so any are taken.
    private static let acceptance = Acceptance(methods: [.invite, .ack, .cancel, .options])

    /// What needs no routing: a request that is not taken, or an OPTIONS; `nil` for an INVITE.
    func immediateReply(to request: Request) -> ReplyContent? {
        if let refusal = Self.acceptance.headRefusal(of: request) { return refusal }
        return request.method == .invite ? nil : ReplyContent(Status(rawValue: routing.data == nil ? 503 : 200))
    }

    /// Whoever sends the reply also makes it: the one who tells many calls what became of their money goes on.
    typealias Listener = @Sendable (_ content: @escaping @Sendable () -> ReplyContent) -> Void

    /// Answers an INVITE with its final reply, at once where nobody has to be waited for.
    /// - Parameter listener: gets what makes the reply, before this returns or later and from another thread.
    /// - Returns: what others have to be asked first, for the caller to run; `nil` when nobody has to.
    func answer(_ request: Request, then listener: @escaping Listener) -> (@Sendable () async -> Void)? {
        guard let data = routing.data else {
            listener {
                ReplyContent(Status(rawValue: 503), reason: "Not ready", headers: [HeaderLine("Retry-After", "2")])
            }
            return nil
        }
        guard let invite = InviteReader(request, readsOffer: data.snapshot.asksCodecs) else {
            listener { ReplyContent(Status(rawValue: 403), reason: "Not from an edge") }
            return nil
        }
        let seconds = Int64(Date().timeIntervalSince1970)
        let source = invite.address.description
        let allowsDigest = allowsDigest(at: invite.listener)
        let authentication =
            allowsDigest ? gate.check(request, source: source, data: data, now: seconds) : DigestState.none
        var call = CallRequest(
            source: invite.address, sourcePort: invite.port, transport: invite.transport, dialled: invite.dialled,
            caller: invite.caller, authentication: authentication, allowsDigest: allowsDigest,
            signalledPorting: invite.signalledPorting)
        call.codecs = invite.codecs
        return route(call, invite.identity, data) { result in
            switch result {
            case .challenge(let stale):
                listener {
                    ReplyContent(
                        Status(rawValue: 407), headers: gate.challenge(stale: stale, source: source, now: seconds))
                }
            case .answer(let answer):
                log(answer, invite)
                listener { RouterAnswer(answer: answer, logins: data.carrierLogins).reply }
            }
        }
    }

    private func allowsDigest(at listener: SIP.Endpoint?) -> Bool {
        guard !settings.digestAlgorithms.isEmpty else { return false }
        guard let digestListeners else { return true }
        return listener.map(digestListeners.contains) ?? false
    }

    private func log(_ answer: RouteCall.Answer, _ invite: InviteReader) {
        logger.debug(
            "call \(answer.refusal?.reason ?? "routed")",
            metadata: [
                "routing_id": "\(answer.routingID.text)", "direction": "\(answer.decision.direction.rawValue)",
                "routes": "\(answer.decision.routeCount)", "source": "\(invite.identity.source)",
            ])
    }
}
