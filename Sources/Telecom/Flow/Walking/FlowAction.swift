package import struct FoundationEssentials.UUID

/// What is to be done with a call. Of the actions of a step the last one may be waited for.
package enum FlowAction: Sendable, Hashable {
    case play(String)
    case ask(FlowQuestion)
    case tag(String, String)
    case setVariable(String, String)
    case lookUp(method: String, url: String, timeoutMilliseconds: Int, mapping: [String: String])
    case tell(url: String)
    case check([String])
    case enqueue(FlowQueue)
    case askBids([UUID])
    /// All at once; the first to answer has it.
    case ring([FlowRing])
    case transfer(String)
    case takeMessage(greeting: String, maximumSeconds: Int)
    case record(FlowRecordingChange)
    case send(to: String, body: String)
    case connectAgent(url: String, sets: [String])
    case hangUp(FlowHangup)

    /// How many things it is: as many as are rung or asked.
    var size: Int {
        switch self {
        case .ring(let rings): max(1, rings.count)
        case .askBids(let targets): max(1, targets.count)
        default: 1
        }
    }

    /// Whether an event says what came of it.
    package var isAwaited: Bool {
        switch self {
        case .tag, .setVariable, .tell, .hangUp: false
        default: true
        }
    }
}

/// What a caller is asked to enter.
package struct FlowQuestion: Sendable, Hashable {
    package let prompt: String
    package let maximumDigits: Int
    package let timeoutSeconds: Int
    package let endKey: Character?
}

/// How a target is rung.
package struct FlowRing: Sendable, Hashable {
    package let target: UUID
    package let name: String
    package let ringSeconds: Int
    package let maximumSeconds: Int
    package let shows: String
    package let whisper: String?
    package let pressesToAccept: Bool
    package let detectsMachines: Bool
    package let records: Bool
}
