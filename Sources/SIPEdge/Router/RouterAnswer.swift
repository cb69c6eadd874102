import Foundation
import SIP
import Services
import Telecom

/// The routing answer as the edge reads it (deploy/kamailio/kamailio.cfg): a 302 with the routes, or a refusal with its
/// code, both with the same JSON as the body.
struct RouterAnswer {
    let answer: RouteCall.Answer
    /// What carriers ask us for, by their trunk.
    let logins: [TenantKey: RoutingData.CarrierLogin]

    var reply: ReplyContent {
        let body = json
        guard let refusal = answer.refusal else {
            return ReplyContent(Status(rawValue: 302), contentType: "application/json", body: body)
        }
        var headers: [HeaderLine] = []
        if refusal.retryAfterSeconds > 0 {
            headers.append(HeaderLine("Retry-After", String(refusal.retryAfterSeconds)))
        }
        return ReplyContent(
            Status(rawValue: UInt16(refusal.status)), reason: refusal.phrase, headers: headers,
            contentType: "application/json", body: body)
    }

    private var json: [UInt8] {
        let decision = answer.decision
        var writer = JSONWriter(capacity: 1024 + answer.routes.count * 512)
        writer.object { json in
            json.number("version", 1)
            json.number("code", answer.refusal?.status ?? 200)
            json.text("reason", answer.refusal?.phrase ?? "")
            json.number("retry_after_s", answer.refusal?.retryAfterSeconds ?? 0)
            json.id("cdr_id", answer.cdrID)
            json.id("routing_id", answer.routingID)
            json.id("tenant_id", answer.tenantID)
            json.id("account_id", decision.accountID)
            json.id("trunk_id", decision.trunkID)
            json.text("direction", decision.direction.rawValue)
            guard answer.refusal == nil else { return }
            json.number("max_duration_s", answer.maximumSeconds)
            json.number("max_tries", decision.limits.maximumTries)
            json.number("max_pdd_ms", decision.limits.maximumPostDialDelayMilliseconds)
            json.number("account_channels", decision.limits.accountChannels)
            json.number("account_cps", decision.limits.accountCallsPerSecond)
            json.number("trunk_channels", decision.limits.trunkChannels)
            json.number("trunk_cps", decision.limits.trunkCallsPerSecond)
            writeCaller(decision, &json)
            json.array("routes") { json in
                for route in answer.routes { writeRoute(route, decision, &json) }
            }
        }
        return writer.bytes
    }

    private func writeCaller(_ decision: Decision, _ json: inout JSONWriter) {
        guard let caller = decision.presentedCaller, let number = caller.number else { return }
        json.object("from") { json in
            json.text("user", number.description)
            json.text("display", caller.isPrivate ? "" : Self.unquoted(caller.display))
            json.flag("privacy", caller.isPrivate)
        }
    }

    /// What may stand between quotes as it is: the edge puts it there, and quotes or a backslash would end them or not.
    static func unquoted(_ display: String) -> String {
        String(display.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\"" && $0 != "\\" })
    }

    private func writeRoute(_ route: Route, _ decision: Decision, _ json: inout JSONWriter) {
        json.object { json in
            json.text("uri", route.uri)
            json.text("dst_uri", route.endpoint.uri)
            json.text("from_user", route.fromUser)
            json.id("carrier_trunk_id", route.carrierTrunkID)
            json.id("customer_trunk_id", route.customerTrunkID)
            json.id("sell_rate_id", decision.charge?.rateID)
            json.id("buy_rate_id", route.buyRateID)
            json.number("max_channels", route.maximumChannels)
            json.number("cps", route.callsPerSecond)
            json.number("response_timer_ms", route.responseTimerMilliseconds)
            json.number("ring_timer_ms", route.ringTimerMilliseconds)
            json.text("reroute", route.rerouteCodes.map(String.init).joined(separator: ","))
            if !route.headers.isEmpty { json.text("headers", route.headers) }
            if !route.removedHeaders.isEmpty { json.text("remove", route.removedHeaders.joined(separator: "|")) }
            guard let id = route.carrierTrunkID, let login = logins[TenantKey(answer.tenantID, id)] else { return }
            json.object("auth") { json in
                json.text("user", login.user)
                json.text("realm", login.realm)
                json.text("ha1", login.ha1.secretHex)
            }
        }
    }
}

extension Telecom.Refusal {
    /// The reason phrase: the refusal's name in words.
    var phrase: String {
        let words = reason.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
