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
    private let resolveSecret: ResolveSecret
    private let resolve = ResolveName()

    private static let mostAnswerBytes = 65_536
    private static let excerptLength = 1_000

    package init(_ settings: Settings, _ ring: KeyRing, _ resolveSecret: ResolveSecret) {
        self.settings = settings
        self.ring = ring
        self.resolveSecret = resolveSecret
    }

    func callAsFunction(_ delivery: DueDelivery) async -> AttemptResult {
        let began = ContinuousClock.now
        var result = await attempt(delivery)
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
                result.address = address
                result.failure = .addressRefused
                result.detail = "\(name) is \(address), where nothing is sent to"
                return result
            }
            result.address = first
            result.requestBytes = message.body.count
            let request = try await request(message, delivery)
            try await send(request, to: name, at: first, delivery.timeout, &result)
        } catch {
            result.failure = Self.failure(error)
            result.detail = Self.detail(error)
        }
        return result
    }

    private static func failed(_ failure: AttemptResult.Failure, _ detail: String) -> AttemptResult {
        var result = AttemptResult()
        result.failure = failure
        result.detail = detail
        return result
    }

    private func request(_ message: WebhookMessage, _ delivery: DueDelivery) async throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: message.url)
        request.method = HTTPMethod(rawValue: delivery.method)
        if case .object(let members) = delivery.headers {
            for member in members {
                var value = member.value.shown
                if delivery.account == nil, let reference = try? SecretReference(value) {
                    value = try await resolveSecret(reference).text
                }
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
            result.retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }.map { max(0, $0) }
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
        if error is SealingError || error is SecretError || error is JSONValue.Fault { return .ours }
        return .connect
    }

    private static func detail(_ error: any Error) -> String { "\(error)".forDisplay(300) }
}
