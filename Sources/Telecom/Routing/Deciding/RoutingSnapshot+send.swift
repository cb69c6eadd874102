// How a call is written to a carrier: its number format, its translation rules, and what it is told of the caller and
// of who forwarded the call.

extension RoutingSnapshot {
    /// The way of an ordinary call to a carrier.
    func route(to considered: Considered, calling number: E164, _ decision: Decision) -> Route {
        let carrier = carrierTrunks[Int(considered.carrierTrunk)]
        let format = carrier.row.numberFormat
        let written = carrier.translation.called?.translate(format.plain(number), at: decision.decidedAt)
        return route(
            to: considered, decision, user: written.map { format.escapedPrefix + $0.escaped } ?? format.text(number),
            Sent(decision, carrier))
    }

    /// The way of an emergency call. The code and the number to call back are sent as they are: no rule that was made
    /// for other calls may damage them.
    func route(to considered: Considered, callingCode code: String, _ decision: Decision) -> Route {
        let carrier = carrierTrunks[Int(considered.carrierTrunk)]
        var sent = Sent()
        sent.headers =
            decision.presentedCaller?.headerLines(carrier.row.identityHeader, host: carrier.row.endpoint.uriHost) ?? ""
        return route(to: considered, decision, user: carrier.row.numberFormat.escapedPrefix + code, sent)
    }

    private func route(to considered: Considered, _ decision: Decision, user: String, _ sent: Sent) -> Route {
        let carrier = carrierTrunks[Int(considered.carrierTrunk)]
        let deck = considered.deck >= 0 ? carrier.row.decks[Int(considered.deck)] : nil
        return Route(to: carrier, user: user, sent: sent, buyRateID: deck?.ids[Int(considered.row)])
    }
}

/// What a carrier is told beside the called number.
struct Sent {
    /// The caller's number in From, where the carrier's rules write it in another way.
    var fromUser: String?
    /// Whole lines, each ending in CR LF.
    var headers = ""
    /// Names of header fields that came with the call and do not go on.
    var removedHeaders: [String] = []
    /// What is said of the called number's porting, behind it.
    var numberParameters = ""
}

extension Sent {
    fileprivate init(_ decision: Decision, _ carrier: RoutingSnapshot.CarrierTrunk) {
        if carrier.row.sendsPorting { numberParameters = decision.porting?.numberParameters ?? "" }
        let host = carrier.row.endpoint.uriHost
        let rules = carrier.translation.caller
        func written(_ number: E164) -> String? {
            rules?.translate(number.description, at: decision.decidedAt)?.escaped
        }
        if let caller = decision.presentedCaller {
            fromUser = caller.number.flatMap(written)
            headers = caller.headerLines(carrier.row.identityHeader, host: host, user: fromUser)
        }
        guard carrier.row.diversion != .keep else { return }
        removedHeaders = DiversionHandling.headers
        guard carrier.row.diversion == .replace, let diverted = decision.diverted, let number = diverted.number else {
            return
        }
        let user = written(number) ?? number.description
        headers += "Diversion: <sip:" + user + "@" + host + ">;reason=" + diverted.reason.rawValue + "\r\n"
    }
}
