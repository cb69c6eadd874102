import HTTPTypes
import Hummingbird
import Services

/// Something that can be done beside plain reading and writing of rows: where, by whom, what it takes and what it
/// answers. Its route and its part of the document are both made of this.
struct Verb: Sendable {
    /// Who may do it.
    enum Access: Sendable {
        /// Anybody, without a key.
        case open
        /// Whoever is let in.
        case anybody
        /// Who has a permission.
        case permission(String)
        /// Who has a permission, and is not confined to an account.
        case staff(String)
    }

    /// How long it takes.
    enum Length: Sendable, Equatable {
        /// As long as a transaction of a request may.
        case short
        /// Longer: only some are done at a time, and of one operator.
        case long
        /// The same, while this parameter is true.
        case longIf(String)
    }

    /// What comes back.
    enum Form: Sendable {
        /// An object of a kind, with these members.
        case object(String, [VerbField])
        /// A list of objects.
        case list([VerbField])
        /// Nothing.
        case none
        /// Something of another type, described by itself.
        case other(type: String, schema: JSONValue)
    }

    let method: HTTPRequest.Method
    let path: String
    /// As clients call it.
    let name: String
    let tag: String
    let summary: String
    var description = ""
    let access: Access
    /// What `{key}` is, as a regular expression; `nil` for a UUID.
    var keyPattern: String?
    var parameters: [VerbField] = []
    /// Members of the body; `nil` where there is none.
    var body: [VerbField]?
    /// Whether the body is a form, as OAuth has it.
    var isForm = false
    /// Bytes of a body at most.
    var mostBytes = 1 << 18
    let answer: Form
    var status = 200
    /// Whether the same request again, under its key, is answered as the first.
    var isOnce = true
    var length = Length.short
    let run: @Sendable (VerbCall) async throws -> AnswerOnce.Answer

    var isWrite: Bool { method != .get }
}

extension AnswerOnce.Answer {
    /// An object of a kind.
    static func object(
        _ kind: String, status: Int = 200, _ body: (inout JSONWriter) throws -> Void
    ) rethrows -> AnswerOnce.Answer {
        AnswerOnce.Answer(
            status: status,
            body: try JSONWriter.object { json in
                json.text("object", kind)
                try body(&json)
            })
    }

    /// A list of objects.
    static func list<Element>(
        _ elements: [Element], _ body: (inout JSONWriter, Element) throws -> Void
    ) rethrows -> AnswerOnce.Answer {
        AnswerOnce.Answer(
            status: 200,
            body: try JSONWriter.object { json in
                json.text("object", "list")
                try json.array("data") { json in
                    for element in elements { try json.object { try body(&$0, element) } }
                }
            })
    }

    static var nothing: AnswerOnce.Answer { AnswerOnce.Answer(status: 204) }

    /// The same without what is shown once, as it is kept.
    func keeping(without secret: String) -> AnswerOnce.Answer {
        var answer = self
        answer.kept = body.replacing(secret, with: "shown once")
        return answer
    }
}
