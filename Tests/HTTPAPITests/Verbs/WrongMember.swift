import NIOHTTP1
import Testing

/// A member of a body that is wrong, as JSON; `nil` is one that is missing.
struct WrongMember: Sendable, CustomTestStringConvertible {
    let name: String
    let value: String?
    let status: Int

    init(_ name: String, _ value: String?, _ status: Int) {
        self.name = name
        self.value = value
        self.status = status
    }

    var testDescription: String { "\(name): \(value ?? "missing")" }

    /// A body that is right but for this.
    func body(_ right: [String: String]) -> String {
        var members = right
        members[name] = value
        return "{" + members.map { "\"\($0.key)\":\($0.value)" }.sorted().joined(separator: ",") + "}"
    }

    /// What is wrong with an answer: it has to be a problem that names the member.
    func fault(of answer: TestServer.Answer) -> String? {
        let type = answer.headers.first(name: "Content-Type") ?? "-"
        let isTold = answer.text.contains("\"pointer\":\"#/\(name)\"")
        let isRight = answer.status == status && type.hasPrefix("application/problem+json") && isTold
        return isRight ? nil : "\(answer.status) \(type): \(answer.text)"
    }
}
