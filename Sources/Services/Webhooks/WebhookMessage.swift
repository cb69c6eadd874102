import Foundation

/// What a webhook is sent of an event: as JSON, or as its template says, in the body or, of a pixel, in the address.
struct WebhookMessage: Sendable {
    let url: String
    let body: [UInt8]

    init(_ delivery: DueDelivery) throws {
        let event = delivery.event
        let payload = try JSONValue(Array(event.payload.utf8))
        url = Self.fill(delivery.url, event, payload) { $0.percentEncoded() }
        if delivery.method == "GET" {
            body = []
        } else if let template = delivery.template {
            body = Array(Self.fill(template, event, payload, JSONWriter.escaped).utf8)
        } else {
            body = Array(
                JSONWriter.object { json in
                    json.id("id", event.id)
                    json.text("type", event.type)
                    json.number("version", event.version)
                    json.text("timestamp", event.occurredAt.text)
                    json.raw("data", event.payload)
                }.utf8)
        }
    }

    /// Puts values in the place of tokens, as `{call.id}` or `{amount}`: a member of the payload by its path, where the
    /// first part may name the event's subject; and `{event.id}`, `{event.type}`, `{event.timestamp}`. What is not
    /// there is empty.
    private static func fill(
        _ text: String, _ event: DueDelivery.Event, _ payload: JSONValue, _ escape: (String) -> String
    ) -> String {
        text.replacing(/\{([a-z_][a-z0-9_]*(?:\.[a-z0-9_]+)*)\}/) { match in
            escape(value(String(match.output.1), event, payload))
        }
    }

    private static func value(_ token: String, _ event: DueDelivery.Event, _ payload: JSONValue) -> String {
        switch token {
        case "event.id": return event.id.text
        case "event.type": return event.type
        case "event.timestamp": return event.occurredAt.text
        default: break
        }
        let path = token.split(separator: ".").map(String.init)
        let subject = event.type.split(separator: ".").first.map(String.init)
        if let found = find(path, payload) { return found.shown }
        guard path.first == subject, path.count > 1 else { return "" }
        // {call.id} is call_id of an event that says it so, or id.
        let rest = Array(path.dropFirst())
        let joined = path.joined(separator: "_")
        return (find(rest, payload) ?? payload[joined])?.shown ?? ""
    }

    private static func find(_ path: [String], _ value: JSONValue) -> JSONValue? {
        var found: JSONValue? = value
        for name in path { found = found?[name] }
        if found == .null { return nil }
        return found
    }
}
