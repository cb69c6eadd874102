import Foundation
import HTTPTypes
import Hummingbird
import Services

/// Why a request was not done, as its sender gets it (RFC 9457).
struct Problem: Error, Sendable {
    /// A value that is wrong: which, what it says, and what is expected.
    struct Field: Sendable {
        let name: String
        /// Where in the body it is (RFC 6901), if it is there.
        var pointer: String?
        let value: String
        let expected: String
    }

    let status: HTTPResponse.Status
    /// A short name of the kind, for programs; it does not change.
    let kind: String
    /// What the kind is, for people.
    let title: String
    /// What it is this time.
    let detail: String
    var fields: [Field] = []
    var headers = HTTPFields()

    /// What is repeated of a request, and said of it: so much of each value, and so many of them.
    static let longestValue = 200
    static let longestExpected = 4_000
    static let mostFields = 100

    init(_ status: HTTPResponse.Status, _ kind: String, _ title: String, _ detail: String) {
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
    }

    /// A value of a request that is wrong.
    static func wrong(_ name: String, _ value: String, expected: String) -> Problem {
        let shown = String(value.unicodeScalars.prefix(longestValue).map(Character.init))
        var problem = Problem(
            .badRequest, "invalid-value", "A value is wrong", "\(name) is \"\(shown)\", expected \(expected)")
        problem.fields = [Field(name: name, value: shown, expected: expected)]
        return problem
    }

    static let damaged = Problem(
        .badRequest, "damaged", "The body is damaged", "Content-Encoding is gzip, and the body is not")

    static let noKey: Problem = {
        var problem = Problem(
            .unauthorized, "key-missing", "No valid key", "send an API key that is valid: Authorization: Bearer hk_…")
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"heddle\""
        return problem
    }()

    static func tooLarge(_ limit: Int) -> Problem {
        Problem(
            .contentTooLarge, "too-large", "The body is too large",
            "the body has more than \(limit) bytes, packed or unpacked; send it in parts")
    }

    /// More at once than is taken: of whoever asks (429), or of all (503).
    static func busy(_ status: HTTPResponse.Status, _ detail: String, after seconds: Int = 10) -> Problem {
        var problem = Problem(status, "busy", "Too much at once", detail)
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    static func unavailable(_ detail: String, after seconds: Int = 5) -> Problem {
        var problem = Problem(.serviceUnavailable, "unavailable", "Not now", detail)
        problem.headers[.retryAfter] = String(seconds)
        return problem
    }

    /// The answer.
    func response(_ requestID: UUID) -> Response {
        .json(json(requestID), status: status, type: "application/problem+json", headers: headers)
    }

    /// Its body.
    func json(_ requestID: UUID) -> String {
        JSONWriter.object { json in
            json.text("type", "urn:heddle:problem:\(kind)")
            json.text("title", title)
            json.number("status", status.code)
            json.text("detail", detail)
            json.text("instance", "urn:uuid:\(requestID.text)")
            if fields.isEmpty { return }
            json.array("errors") { json in
                for field in fields {
                    json.object { json in
                        json.text("name", field.name)
                        json.text("pointer", field.pointer.map { "#" + $0 })
                        if !field.value.isEmpty { json.text("value", field.value) }
                        json.text("expected", field.expected)
                    }
                }
            }
        }
    }
}

extension Response {
    /// An answer of JSON text.
    static func json(
        _ text: String, status: HTTPResponse.Status = .ok, type: String = "application/json",
        headers: HTTPFields = HTTPFields()
    ) -> Response {
        json(ByteBuffer(string: text + "\n"), status: status, type: type, headers: headers)
    }

    /// An answer of JSON that was written as bytes.
    static func json(_ json: consuming JSONWriter, headers: HTTPFields = HTTPFields()) -> Response {
        var buffer = ByteBuffer(bytes: json.bytes)
        buffer.writeInteger(UInt8(ascii: "\n"))
        return .json(buffer, status: .ok, type: "application/json", headers: headers)
    }

    private static func json(
        _ body: ByteBuffer, status: HTTPResponse.Status, type: String, headers: HTTPFields
    ) -> Response {
        var headers = headers
        headers[.contentType] = type
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
