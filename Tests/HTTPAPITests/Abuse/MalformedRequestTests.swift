import Foundation
import HTTPAPI
import Services
import TestSupport
import Testing

/// Addresses, fields and types that are none: whoever may ask is told what is wrong, and nobody is told that it was us.
@Suite(.database) struct MalformedRequestTests {
    /// A request of somebody who may do all, but for what is odd about it.
    struct Form: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Behind the path of the list of contacts; a byte each character.
        var path = ""
        /// Lines of the head, each with its end.
        var head = ""
        /// Makes it a POST.
        var body: String?
        let statuses: Set<Int>

        /// As it is sent.
        func bytes(key: String) -> [UInt8] {
            let method = body == nil ? "GET" : "POST"
            let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
            let start = "\(method) /v1/accounts/contacts\(path) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            let text = "\(start)Authorization: Bearer \(key)\r\n\(head)\(length)\r\n\(body ?? "")"
            return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        }

        private static func address(_ name: String, _ path: String, _ statuses: Set<Int> = [400]) -> Form {
            Form(testDescription: name, path: path, statuses: statuses)
        }

        private static func field(_ name: String, _ head: String, _ statuses: Set<Int>) -> Form {
            Form(testDescription: name, head: "\(head)\r\n", statuses: statuses)
        }

        /// Nothing is made of any of them, if only for the body.
        private static func post(_ name: String, _ head: String, _ statuses: Set<Int> = [400]) -> Form {
            Form(testDescription: name, head: "\(head)\r\n", body: "{}", statuses: statuses)
        }

        private static let long = String(repeating: "x", count: 20_000)
        private static let many = (0..<2_000).map { "a\($0)=1" }.joined(separator: "&")

        static let addresses: [Form] = [
            address("a percent sign and no digits", "?name=%zz"),
            address("a percent sign alone", "?name=%"),
            address("a percent sign and a digit", "?name=%f"),
            address("percent signs that are no UTF-8", "?name=%ff"),
            address("percent signs that are UTF-8 too long", "?name=%c0%af"),
            address("percent signs that are a surrogate", "?name=%ed%a0%80"),
            address("a zero", "?name=%00"),
            address("a name that is none", "?%zz=1"),
            address("nothing, often", "?&&&=&==&"),
            address("very many parameters", "?\(many)"),
            address("a limit of many digits", "?limit=\(String(repeating: "9", count: 10_000))"),
            address("a limit below zero", "?limit=-1"),
            address("a limit with an exponent", "?limit=1e3"),
            address("a limit in other digits", "?limit=%D9%A1"),
            address("a limit twice", "?limit=1&limit=2"),
            address("a cursor of no list", "?cursor=AAAA", [400, 422]),
            address("a long cursor", "?cursor=\(long)", [400, 422]),
            address("an order that is none", "?order=%27;drop"),
            address("a format that is none", "?format=%ff"),
            address("a time that is none", "?created_at=gte:99999999999-01-01"),
            address("a number for a time", "?created_at=1e400"),
            address("a key with a zero", "/%00"),
            address("a key that is no UTF-8", "/%ff"),
            address("a long key", "/\(long)", [404]),
            address("a key with a slash", "/a%2fb", [404]),
        ]

        static let fields: [Form] = [
            field("two keys", "Authorization: Bearer x", [401]),
            field("eight bits in what is accepted", "Accept: \u{ff}\u{fe};q=zzz", [200, 406]),
            field("eight bits in a version", "If-None-Match: \u{ff}", [200]),
            field("eight bits in the agent", "User-Agent: \u{ff}\u{fe}\u{80}", [200]),
            field("a long agent", "User-Agent: \(long)", [200]),
            field("eight bits in an origin", "Origin: \u{ff}", [200]),
            field("eight bits in who sent it", "X-Forwarded-For: \u{ff}, , ,", [200]),
            field("eight bits in an account", "Heddle-Account: \u{ff}", [400]),
            field("a long account", "Heddle-Account: \(long)", [400]),
        ]

        static let bodies: [Form] = [
            Form(testDescription: "no type", body: "{}", statuses: [415]),
            post("a type of text", "Content-Type: text/plain", [415]),
            post("a type of forms", "Content-Type: application/x-www-form-urlencoded", [415]),
            post("eight bits in a type", "Content-Type: application/\u{ff}", [415]),
            post("no word in a type", "Content-Type: ;;;", [415]),
            post("two types", "Content-Type: application/json\r\nContent-Type: text/plain", [415]),
            // RFC 8259, section 11: JSON has no such parameter, and it changes nothing.
            post("a type with a charset", "Content-Type: application/json; charset=utf-16"),
            post("no gzip", "Content-Type: application/json\r\nContent-Encoding: gzip"),
            post("another packing", "Content-Type: application/json\r\nContent-Encoding: br", [400, 415]),
            post("packed twice", "Content-Type: application/json\r\nContent-Encoding: gzip, gzip", [400, 415]),
            post("eight bits in a packing", "Content-Type: application/json\r\nContent-Encoding: \u{ff}", [400, 415]),
            post("eight bits in a key of a request", "Content-Type: application/json\r\nIdempotency-Key: \u{ff}"),
            post("a long key of a request", "Content-Type: application/json\r\nIdempotency-Key: \(long)"),
            post("no key of a request", "Content-Type: application/json\r\nIdempotency-Key:"),
        ]
    }

    @Test func `what is odd about a request is told, and does nothing`() async throws {
        try await ResourceServer.run { api in
            for form in Form.addresses + Form.fields + Form.bodies {
                let bytes = try await RawClient.exchange(form.bytes(key: api.key), port: api.server.port)
                let shown = "\(form.testDescription): \(String(decoding: bytes.prefix(600), as: UTF8.self))"
                let answers = try #require(RawAnswer.all(in: bytes), "\(shown)")
                #expect(answers.count == 1, "\(shown)")
                guard let answer = answers.first else { continue }
                #expect(form.statuses.contains(answer.status), "\(shown)")
                #expect(answer.status < 400 || answer.isProblem, "\(shown)")
            }
            #expect(try await api.get("/v1/accounts/contacts").rows.isEmpty)
        }
    }
}
