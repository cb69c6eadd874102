import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
package import NIOSSL

/// Sends an event to a webhook, once.
///
/// The name is resolved first; where one of its addresses is not for everybody nothing is sent, and what is sent goes
/// to the address that was looked at. Redirects are not followed.
package struct SendWebhook: Sendable {
    /// What whoever runs Heddle says of where it may send.
    package struct Settings: Sendable {
        /// Networks that are open although they are private.
        package var allowedNetworks: [String] = []
        /// What receivers' certificates are checked against, beside what the system trusts.
        package var additionalRoots: [NIOSSLCertificate] = []

        package init() {}
    }

    private let settings: Settings
    private let ring: KeyRing
    private let resolve = ResolveName()

    private static let mostAnswerBytes = 65_536
    private static let excerptLength = 1_000

    package init(_ settings: Settings, _ ring: KeyRing) {
        self.settings = settings
        self.ring = ring
    }

    func callAsFunction(_ delivery: DueDelivery) async -> AttemptResult {
        let began = ContinuousClock.now
        var result = await withTaskGroup(of: AttemptResult.self) { group in
            group.addTask { await attempt(delivery) }
            group.addTask {
                try? await Task.sleep(for: delivery.timeout + .seconds(5))
                return Self.failed(.timeout, "it took longer than it may")
            }
            // Whichever ends first: the answer may come a byte at a time.
            let first = await group.next() ?? Self.failed(.ours, "nothing came of it")
            group.cancelAll()
            return first
        }
        result.milliseconds = Int((ContinuousClock.now - began) / .milliseconds(1))
        return result
    }

    private func attempt(_ delivery: DueDelivery) async -> AttemptResult {
        var result = AttemptResult()
        do {
            let message = try WebhookMessage(delivery)
            guard let url = URL(string: message.url), url.scheme == "https", let host = url.host(percentEncoded: false)
            else { return Self.failed(.ours, "the address is not one of https") }
            let name = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            let addresses = try await resolve(name)
            guard let first = addresses.first else { return Self.failed(.dns, "\(name) is not known") }
            for address in addresses where PublicAddress(address, allowed: settings.allowedNetworks) == nil {
                result.address = PublicAddress.isAddress(address) ? address : nil
                result.failure = .addressRefused
                result.detail = "\(name) is \(address), where nothing is sent to"
                return result
            }
            result.address = first
            // Another worker may have it by now, or soon.
            guard ContinuousClock.now + delivery.timeout < delivery.leaseEnds else { throw TooLong() }
            result.requestBytes = message.body.count
            let request = try request(message, delivery)
            try await send(request, to: name, at: first, delivery.timeout, &result)
        } catch {
            result.failure = Self.failure(error)
            result.detail = Self.detail(error)
        }
        return result
    }

    /// What took so long that it is not done any more.
    private struct TooLong: Error, CustomStringConvertible {
        let description = "its turn was over before it was sent"
    }

    private static func failed(_ failure: AttemptResult.Failure, _ detail: String) -> AttemptResult {
        var result = AttemptResult()
        result.failure = failure
        result.detail = detail
        return result
    }

    /// A header that names a secret by where it is kept.
    private struct ReferenceInHeader: Error, CustomStringConvertible {
        let name: String
        var description: String { "the header \(name) names a secret by reference, which is not sent" }
    }

    private func request(_ message: WebhookMessage, _ delivery: DueDelivery) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: message.url)
        request.method = HTTPMethod(rawValue: delivery.method)
        if case .object(let members) = try JSONValue(Array(delivery.headers.utf8)) {
            for member in members {
                // What an operator writes is not read for it: it would have the secrets of whoever runs Heddle sent to
                // it.
                let value = member.value.shown
                guard (try? SecretReference(value)) == nil else { throw ReferenceInHeader(name: member.name) }
                request.headers.replaceOrAdd(name: member.name, value: value)
            }
        }
        let place = "integration.webhooks/\(delivery.tenant.text)/\(delivery.webhook.text)"
        let secrets = try delivery.secrets.map { try ring.open($0, for: place).text }
        let (id, seconds) = (delivery.event.id.text, Int(Date().timeIntervalSince1970))
        request.headers.replaceOrAdd(name: "user-agent", value: "Heddle-Webhooks/1")
        request.headers.replaceOrAdd(name: "webhook-id", value: id)
        request.headers.replaceOrAdd(name: "webhook-timestamp", value: String(seconds))
        request.headers.replaceOrAdd(
            name: "webhook-signature",
            value: EventSignature.header(secrets: secrets, id: id, seconds: seconds, body: message.body))
        if let trace = delivery.event.trace { request.headers.replaceOrAdd(name: "traceparent", value: trace) }
        if delivery.method != "GET" {
            if !request.headers.contains(name: "content-type") {
                request.headers.add(name: "content-type", value: "application/json")
            }
            request.body = .bytes(ByteBuffer(bytes: message.body))
        }
        return request
    }

    /// A client of its own, whose names are those that were looked at.
    private func client(_ name: String, _ address: String, _ timeout: Duration) -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.additionalTrustRoots = settings.additionalRoots.isEmpty ? [] : [.certificates(settings.additionalRoots)]
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(10), read: TimeAmount(timeout)), decompression: .disabled)
        configuration.dnsOverride = [name: address]
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false  // we try again ourselves, later
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    private func send(
        _ request: HTTPClientRequest, to name: String, at address: String, _ timeout: Duration,
        _ result: inout AttemptResult
    ) async throws {
        let client = client(name, address, timeout)
        do {
            let response = try await client.execute(request, timeout: TimeAmount(timeout))
            result.status = Int(response.status.code)
            result.retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }.map {
                min(max(0, $0), 86_400)
            }
            result.headers = Self.shown(response.headers)
            let body = try await response.body.collect(upTo: Self.mostAnswerBytes)
            let text = String(decoding: body.readableBytesView.prefix(Self.excerptLength), as: UTF8.self)
            result.excerpt = String(text.unicodeScalars.filter { $0 != "\0" }.map(Character.init))
            switch response.status.code {
            case 200..<300: break
            case 300..<400: (result.failure, result.detail) = (.redirect, "redirects are not followed")
            default: (result.failure, result.detail) = (.status, "the answer is \(response.status.code)")
            }
        } catch {
            try? await client.shutdown()
            throw error
        }
        try? await client.shutdown()
    }

    /// Headers that tell something about a failure.
    private static func shown(_ headers: HTTPHeaders) -> String {
        JSONWriter.object { json in
            for name in ["content-type", "date", "location", "retry-after", "server", "x-request-id"] {
                if let value = headers.first(name: name) { json.text(name, String(value.prefix(300))) }
            }
        }
    }

    private static func failure(_ error: any Error) -> AttemptResult.Failure {
        if error is NIOTooManyBytesError { return .tooLarge }
        if error is NIOSSLError || error is BoringSSLError || "\(error)".contains("certificate") { return .tls }
        if let error = error as? HTTPClientError {
            switch error {
            case .readTimeout, .connectTimeout, .deadlineExceeded, .writeTimeout: return .timeout
            case .tlsHandshakeTimeout: return .tls
            default: return .connect
            }
        }
        if error is SealingError || error is SecretError || error is JSONValue.Fault || error is ReferenceInHeader {
            return .ours
        }
        if error is TooLong { return .timeout }
        return .connect
    }

    private static func detail(_ error: any Error) -> String { "\(error)".forDisplay(300) }
}
