/// What a node does. The raw value is that of the database, as for all kinds here.
package enum FlowKind: String, Sendable, Hashable, CaseIterable {
    case entry, play
    case menu = "ivr_menu"
    case gather, condition, schedule, geo, splitter, lookup, compliance
    case setTags = "set_tags"
    case queue
    case forward = "buyer_forward"
    case transfer, voicemail, recording, webhook
    case message = "sms"
    case subflow
    case agent = "ai_agent"
    case hangup
}
