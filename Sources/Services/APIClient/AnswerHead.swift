/// What an answer says of itself before its body.
package struct AnswerHead: Sendable, Equatable {
    package let status: Int
    /// What the status is called.
    package let reason: String
    package let fields: [HeaderField]

    init(status: Int, reason: String = "", fields: [HeaderField] = []) {
        self.status = status
        self.reason = reason
        self.fields = fields
    }

    /// The first header of a name, in whatever letters.
    package func field(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name }?.value
    }

    /// Whether it was done. A row that is as `If-None-Match` has it is an answer too.
    package var isDone: Bool { (200..<300).contains(status) || status == 304 }

    /// Whether the body is JSON.
    package var isJSON: Bool {
        let type = field("content-type")?.split(separator: ";").first?.lowercased() ?? ""
        return type == "application/json" || type.hasSuffix("+json")
    }

    /// Status and headers, a line each, and an empty one.
    package var text: String {
        let lines = ["HTTP \(status) \(reason)"] + fields.map { "\($0.name): \($0.value)" }
        return lines.joined(separator: "\n") + "\n\n"
    }
}
