import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Telecom

/// Asks a service over HTTP that answers in JSON. Where its values stand in the answer is a setting, because every
/// service has its own form.
struct AskHTTP: PortingPlugin {
    let settings: Settings
    let secret: Secret?

    struct Settings: Sendable, Hashable {
        /// With `{number}`, `{digits}` or `{national}` where the number stands.
        let url: String
        let headers: [String: String]
        /// The header that carries the secret, and what stands before it there: `Authorization`, `Bearer `.
        let secretHeader: String?
        let secretPrefix: String
        /// Paths in the answer by what they lead to: `data.portability.lrn`.
        let fields: [String: String]
        let notFoundMeansNotPorted: Bool

        private struct Form: Decodable {
            let url: String
            let fields: [String: String]
            var headers: [String: String]?
            var secret_header: String?
            var secret_prefix: String?
            var not_found_means_not_ported: Bool?
        }

        init(_ json: Data) throws(PortingFailure) {
            guard let form = try? JSONDecoder().decode(Form.self, from: json) else {
                throw .unusable("its config needs url and fields")
            }
            guard let url = URL(string: form.url.replacing(/\{[a-z]+\}/, with: "0")), url.host != nil,
                url.scheme == "https" || url.scheme == "http",
                ["{number}", "{digits}", "{national}"].contains(where: form.url.contains)
            else { throw .unusable("its url is none of HTTP, or has no place for the number") }
            guard form.fields["lrn"] != nil else { throw .unusable("its fields do not tell where lrn stands") }
            self.url = form.url
            headers = form.headers ?? [:]
            secretHeader = form.secret_header
            secretPrefix = form.secret_prefix ?? ""
            fields = form.fields
            notFoundMeansNotPorted = form.not_found_means_not_ported ?? false
        }
    }

    /// Lives as long as the program, and keeps its connections: a handshake would cost more than the answer.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    private static let bodyBytesMaximum = 65_536
    /// Beyond any question's own: its task is cancelled when the call waits no longer.
    private static let timeout = TimeAmount.seconds(30)

    func ask(_ number: E164) async throws -> PortingAnswer {
        let digits = String(number.digits)
        var request = HTTPClientRequest(
            url: settings.url.replacing("{number}", with: "%2B" + digits).replacing("{digits}", with: digits)
                .replacing("{national}", with: digits.dropFirst()))
        request.headers.add(name: "Accept", value: "application/json")
        for (name, value) in settings.headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let header = settings.secretHeader, let secret {
            request.headers.replaceOrAdd(name: header, value: settings.secretPrefix + (try secret.text))
        }
        let response = try await Self.client.execute(request, timeout: Self.timeout)
        if response.status == .notFound, settings.notFoundMeansNotPorted { return .notPorted }
        guard response.status == .ok else {
            throw PortingFailure.unusable("it answered with status \(response.status.code)")
        }
        let body = try await response.body.collect(upTo: Self.bodyBytesMaximum)
        return try Self.read(Array(buffer: body), of: number, fields: settings.fields)
    }

    /// What an answer says. A service that does not say whether a number is ported says so by its routing number: none,
    /// or the number itself, is that it is not.
    static func read(
        _ body: [UInt8], of number: E164, fields: [String: String]
    ) throws(PortingFailure) -> PortingAnswer {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(body)) else {
            throw .unusable("its answer is no JSON")
        }
        func value(_ field: String) -> JSONTree? { fields[field].flatMap { tree.value(at: $0) } }
        guard let routing = value("lrn") ?? (value("ported").map { _ in .null }) else {
            throw .unusable("its answer has no routing number where it should be")
        }
        let text = routing.text ?? ""
        var answer: PortingAnswer
        switch value("ported")?.text.flatMap({ Self.flags[$0.lowercased()] }) {
        case false?: answer = .notPorted
        case let ported:
            if text.isEmpty {
                if ported == true { throw .unusable("its answer says ported and not where to") }
                answer = fields["ported"] == nil ? .notPorted : .unknown
            } else {
                guard let found = E164(northAmerican: text).flatMap({ PortingAnswer(number, routingNumber: $0) })
                else { throw .unusable("its answer has a routing number that is none") }
                answer = found
            }
        }
        answer.details = PortingAnswer.Details { value($0)?.text }
        return answer
    }

    private static let flags = [
        "true": true, "y": true, "yes": true, "1": true, "false": false, "n": false, "no": false, "0": false,
    ]
}

extension E164 {
    /// A number of country code 1 as services write it: ten digits, eleven, or with `+`.
    init?(northAmerican text: String) {
        let digits = text.filter { !"-.() ".contains($0) }
        switch (digits.hasPrefix("+"), digits.utf8.count) {
        case (true, _): self.init(digits)
        case (false, 11): self.init("+" + digits)
        case (false, 10): self.init("+1" + digits)
        default: return nil
        }
    }
}

extension PortingAnswer.Details {
    /// Takes what has the form that the database asks for; the rest is left out, for it decides nothing.
    init(_ value: (String) -> String?) {
        func text(_ field: String) -> String? {
            value(field).flatMap { text in
                let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
                return isPlain && (1...64).contains(text.utf8.count) ? text : nil
            }
        }
        func code(_ field: String) -> String? {
            text(field).map { $0.uppercased() }.flatMap { $0.wholeMatch(of: /[0-9A-Z]{4}/) == nil ? nil : $0 }
        }
        self.init()
        spid = code("spid")
        alternateSpid = code("alt_spid")
        companyNumber = code("ocn")
        lata = text("lata").flatMap { $0.wholeMatch(of: /[0-9]{3,5}/) == nil ? nil : $0 }
        rateCentre = text("rate_centre")
        city = text("city")
        state = text("state")
        lineType = text("line_type").map { $0.lowercased() }.map { Self.lineTypes[$0] ?? "other" }
    }

    /// Values of `routing.line_type` by what services call them.
    private static let lineTypes = [
        "landline": "landline", "fixed line": "landline", "wireline": "landline", "mobile": "mobile",
        "wireless": "mobile", "voip": "voip", "toll_free": "toll_free", "toll free": "toll_free", "paging": "paging",
    ]
}
