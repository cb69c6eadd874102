import HTTPTypes
import Hummingbird
import Services

extension Problem {
    static func staffOnly(_ name: String) -> Problem {
        Problem(
            .forbidden, "account-key", "The key is of an account", "\(name) is the operator's: use a key of no account")
    }
}

extension Response {
    /// What was kept, or is to be.
    static func answer(_ answer: AnswerOnce.Answer) -> Response {
        var headers = HTTPFields()
        for (name, value) in answer.headers { if let name = HTTPField.Name(name) { headers[name] = value } }
        if answer.isReplay { headers[.idempotencyReplayed] = "true" }
        let status = HTTPResponse.Status(code: answer.status)
        return answer.body.isEmpty
            ? Response(status: status, headers: headers) : .json(answer.body, status: status, headers: headers)
    }
}
