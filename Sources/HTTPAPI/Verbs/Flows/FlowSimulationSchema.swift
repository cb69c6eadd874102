import Services

/// What a simulation answers, as JSON Schema has it.
enum FlowSimulationSchema {
    private static let text: JSONValue = ["type": "string"]
    private static let optionalText: JSONValue = ["type": ["string", "null"]]
    private static let optionalID: JSONValue = ["type": ["string", "null"], "format": "uuid"]
    private static let id: JSONValue = ["type": "string", "format": "uuid"]
    private static let time: JSONValue = ["type": "string", "format": "date-time"]
    private static let texts: JSONValue = ["type": "object", "additionalProperties": ["type": "string"]]

    static let simulation: JSONValue = [
        "type": "object",
        "required": [
            "object", "flow_version_id", "flow_id", "flow", "version", "status", "time", "seed", "outcome", "reason",
            "ended_at", "target_id", "target", "steps", "variables", "tags", "facts", "faults",
        ],
        "properties": [
            "object": ["const": "flow_simulation"], "flow_version_id": id, "flow_id": id, "flow": text,
            "version": ["type": "integer"], "status": ["type": "string", "enum": ["draft", "published", "retired"]],
            "time": time, "seed": ["type": "integer"], "outcome": outcome, "reason": text, "ended_at": time,
            "target_id": optionalID,
            "target": ["type": ["string", "null"], "description": "The last target that answered."],
            "steps": ["type": "array", "items": step], "variables": texts, "tags": texts,
            "facts": [
                "type": "object", "additionalProperties": ["type": "string"],
                "description": "What conditions may name and nobody sets: caller, caller_state and others.",
            ],
            "faults": ["type": "array", "items": fault],
        ],
    ]

    private static let outcome: JSONValue = [
        "type": "string", "description": "How the call leaves the flow.",
        "enum": .list(SimulateFlow.ends.map { .text($0) }),
    ]

    private static let step: JSONValue = [
        "type": "object",
        "required": ["step", "flow", "depth", "node", "kind", "port", "reason", "actions", "candidates"],
        "properties": [
            "step": ["type": "integer"], "flow": text,
            "depth": ["type": "integer", "description": "In how many flows the flow runs."], "node": text, "kind": text,
            "port": [
                "type": ["string", "null"],
                "description": "Null where the call ends in the node, or runs another flow.",
            ],
            "reason": text, "actions": ["type": "array", "items": action],
            "candidates": ["type": "array", "items": candidate],
        ],
    ]

    private static let action: JSONValue = [
        "type": "object", "required": ["action"],
        "properties": [
            "action": [
                "type": "string", "description": "What would be done; the other members say how.",
                "enum": [
                    "play", "ask", "tag", "set_variable", "look_up", "tell", "check", "enqueue", "ask_bids", "ring",
                    "transfer", "take_message", "record", "send", "connect_agent", "hang_up",
                ],
            ]
        ],
    ]

    private static let candidate: JSONValue = [
        "type": "object", "required": ["target_id", "target", "outcome", "reason", "bid"],
        "properties": [
            "target_id": optionalID, "target": text,
            "outcome": ["type": "string", "enum": .list(SimulateFlow.candidateOutcomes.map { .text($0) })],
            "reason": ["type": ["string", "null"], "description": "Why it is not eligible."],
            "bid": ["type": ["string", "null"], "format": "decimal"],
        ],
    ]

    private static let fault: JSONValue = [
        "type": "object", "required": ["flow", "node", "reason"],
        "description": "What cannot run; a call that comes there ends as not_configured.",
        "properties": ["flow": text, "node": optionalText, "reason": text],
    ]
}
