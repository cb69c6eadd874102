import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks a Heddle over HTTP, as a program that has a key does.
///
/// Redirects are not followed: the key is for the server that was named. What fails for a moment is asked again.
package struct AskAPI: Sendable {
    private let target: APITarget
    private let rule: RetryRule
    private let say: @Sendable (String) -> Void

    /// Whether the server is told who asks.
    package var hasKey: Bool { target.key != nil }

    /// From the connection to the first byte of an answer; the model's longest work takes minutes.
    private static let timeout = TimeAmount.minutes(10)
    /// The same with a file before it: more than a server takes.
    private static let uploadTimeout = TimeAmount.hours(2)

    /// Lives as long as the program.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(10)
        configuration.timeout.read = .minutes(10)
        configuration.timeout.write = .minutes(2)
        configuration.connectionPool.retryConnectionEstablishment = false  // we try again ourselves, and say so
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameter say: hears why something is tried again.
    package init(_ target: APITarget, retries: Int, say: @escaping @Sendable (String) -> Void) {
        self.target = target
        rule = RetryRule(most: retries)
        self.say = say
    }

    /// Asks until there is an answer that stays, whatever it is.
    /// - Throws: `ServerAway` when none came.
    package func callAsFunction(_ call: APICall) async throws -> APIAnswer { try await attempts(call) { $0 } }

    /// The whole answer, in memory; one that broke off is asked for again.
    /// - Throws: `RefusedRequest` when it was not done; `RequestFault` when the answer is larger; `ServerAway`.
    package func whole(_ call: APICall, upTo most: Int) async throws -> [UInt8] {
        let (head, bytes) = try await attempts(call) { answer in
            (answer.head, try await answer.bytes(upTo: answer.head.isDone ? most : RefusedRequest.mostBytes))
        }
        guard head.isDone else { throw RefusedRequest(head, bytes, hadKey: hasKey) }
        return bytes
    }

    /// The whole answer, which is to be JSON.
    /// - Throws: as ``whole(_:upTo:)``; `RequestFault` when it is none.
    package func document(_ call: APICall, upTo most: Int) async throws -> JSONValue {
        let bytes = try await whole(call, upTo: most)
        do {
            return try JSONValue(bytes)
        } catch {
            throw RequestFault("the answer is not JSON (\(error.reason)); is \(target.address.text) a heddle?")
        }
    }

    private func attempts<Value>(
        _ call: APICall, _ read: (APIAnswer) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            let retry: (reason: String, wait: Duration)
            do {
                let answer = try await send(call)
                let outcome = RetryRule.Outcome.answered(
                    status: answer.head.status, retryAfter: answer.head.field("retry-after"))
                guard let wait = rule.wait(after: outcome, attempt: attempt, isRepeatable: call.isRepeatable) else {
                    return try await read(answer)
                }
                retry = ("the server answers \(answer.head.status)", wait)
            } catch let away as ServerAway {
                let wait = rule.wait(after: .brokenOff, attempt: attempt, isRepeatable: call.isRepeatable)
                guard !away.isLasting, let wait else { throw away }
                retry = (away.reason, wait)
            }
            say("\(retry.reason); trying again in \(retry.wait.components.seconds) s (\(attempt) of \(rule.most))")
            try await Task.sleep(for: retry.wait)
            attempt += 1
        }
    }

    private func send(_ call: APICall) async throws -> APIAnswer {
        let request = try request(call)
        var timeout = Self.timeout
        if case .file = call.body { timeout = Self.uploadTimeout }
        do {
            let response = try await Self.client.execute(request, timeout: timeout)
            return APIAnswer(response, from: target.address)
        } catch let fault as RequestFault {
            throw fault  // the file that is sent cannot be read
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw ServerAway(target.address, error)
        }
    }

    private func request(_ call: APICall) throws -> HTTPClientRequest {
        var request = HTTPClientRequest(url: target.address.text + call.target)
        request.method = HTTPMethod(rawValue: call.method.rawValue)
        request.headers.add(name: "User-Agent", value: "heddle")
        for field in call.fields { request.headers.add(name: field.name, value: field.value) }
        if let key = target.key { request.headers.add(name: "Authorization", value: "Bearer \(try key.text)") }
        switch call.body {
        case .empty: break
        case .bytes(let bytes, _): request.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let file, _, let told):
            request.body = .stream(UploadParts(file: file, told: told), length: .known(file.size))
        }
        return request
    }
}
