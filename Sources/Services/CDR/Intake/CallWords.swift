/// The words of files for how a call went, and the codes that stand for them.
enum CallWords {
    static let dispositions = ["answered", "busy", "no_answer", "cancelled", "failed", "refused"]
    static let directions = ["outbound", "inbound", "emergency", "unknown"]
    /// As `cdr.raw_cdr.hangup` has them.
    static let hangups = ["caller", "callee", "edge", "cancel", "carrier", "router", ""]

    /// What switches say without being asked, in lower case and with `_` for what is between words.
    private static let commonDispositions: [String: String] = [
        "answered": "answered", "answer": "answered", "completed": "answered", "connected": "answered",
        "ok": "answered",
        "success": "answered", "successful": "answered", "normal_clearing": "answered", "busy": "busy",
        "user_busy": "busy", "no_answer": "no_answer", "noanswer": "no_answer", "unanswered": "no_answer",
        "missed": "no_answer", "cancel": "cancelled", "cancelled": "cancelled", "canceled": "cancelled",
        "abandoned": "cancelled", "originator_cancel": "cancelled", "failed": "failed", "fail": "failed",
        "failure": "failed", "error": "failed", "congestion": "failed", "chanunavail": "failed", "refused": "refused",
        "rejected": "refused", "blocked": "refused",
    ]

    static func disposition(_ word: String, _ mapping: CDRMapping) -> String? {
        mapping.dispositions[word.lowercased()] ?? commonDispositions[plain(word)]
    }

    static func direction(_ word: String, _ mapping: CDRMapping) -> String? {
        if let meaning = mapping.directions[word.lowercased()] { return meaning }
        switch plain(word) {
        case "outbound", "out", "outgoing", "termination", "egress": return "outbound"
        case "inbound", "in", "incoming", "origination", "ingress": return "inbound"
        case "emergency": return "emergency"
        default: return nil
        }
    }

    static func hangup(_ word: String, _ mapping: CDRMapping) -> String {
        if let meaning = mapping.hangups[word.lowercased()] { return meaning }
        switch plain(word) {
        case "caller", "calling", "orig", "originator", "ingress", "a": return "caller"
        case "callee", "called", "term", "terminator", "egress", "b": return "callee"
        case "cancel", "carrier", "edge": return plain(word)
        case "switch", "system", "proxy", "timer": return "edge"
        default: return ""
        }
    }

    /// The code that stands for a disposition where a record has no other.
    static func code(of disposition: String) -> Int {
        switch disposition {
        case "answered": 200
        case "busy": 486
        case "no_answer": 480
        case "cancelled": 487
        case "refused": 403
        default: 503
        }
    }

    /// RFC 3398, 8.2.6.1: the final code of SIP for a cause of Q.850; 500 for those that it does not name.
    static func code(ofCause cause: Int) -> Int {
        switch cause {
        case 1, 2, 3: 404
        case 16: 487  // of a call that was not answered: the caller gave up
        case 17: 486
        case 18: 408
        case 19, 20, 31: 480
        case 21, 55, 57, 87: 403
        case 22, 23: 410
        case 26: 404
        case 27: 502
        case 28: 484
        case 29, 69, 79: 501
        case 34, 38, 41, 42, 47, 58, 88: 503
        case 65, 70: 488
        case 102: 504
        default: 500
        }
    }

    /// Names that switches write for causes.
    static func cause(named name: String) -> Int? {
        switch plain(name) {
        case "unallocated_number", "no_route_destination": 1
        case "normal_clearing", "originator_cancel": 16
        case "user_busy": 17
        case "no_user_response": 18
        case "no_answer", "allotted_timeout": 19
        case "subscriber_absent": 20
        case "call_rejected": 21
        case "number_changed": 22
        case "destination_out_of_order": 27
        case "invalid_number_format": 28
        case "normal_unspecified": 31
        case "normal_circuit_congestion": 34
        case "normal_temporary_failure": 41
        case "switch_congestion": 42
        case "incompatible_destination": 88
        case "recovery_on_timer_expire": 102
        default: nil
        }
    }

    private static func plain(_ word: String) -> String {
        String(word.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }
}
