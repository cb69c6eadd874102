import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// One HTTP GET with a bound on its time and on what is read.
///
/// It follows no redirection, keeps nothing and sends no cookie: what it carries is for the address that was asked.
struct BoundedGet: Sendable {
    /// For the whole exchange, from the look-up of the name to the last byte.
    let timeout: Duration
    /// Largest body.
    let byteCountMax: Int

    /// What the server sent, whatever it thinks of the request.
    struct Reply: Sendable {
        let status: Int
        let body: [UInt8]
    }

    enum Failure: Error {
        case timedOut
        case tooLarge
        case cancelled
        /// No connection, no valid certificate, or no HTTP; in the library's words.
        case unreachable(String)
    }

    /// Lives as long as the program.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    func callAsFunction(_ url: URL, headers: [String: String]) async throws(Failure) -> Reply {
        do {
            return try await withThrowingTaskGroup(of: Reply.self) { group in
                // The library's own time-out ends with the reply's head; a server that drips would hold us for ever.
                group.addTask {
                    try await Task.sleep(for: timeout)
                    throw Failure.timedOut
                }
                group.addTask { try await exchange(url, headers) }
                defer { group.cancelAll() }
                guard let reply = try await group.next() else { throw Failure.cancelled }
                return reply
            }
        } catch let failure as Failure {
            throw failure
        } catch is CancellationError {
            throw .cancelled
        } catch is NIOTooManyBytesError {
            throw .tooLarge
        } catch {
            if Task.isCancelled { throw .cancelled }
            throw .unreachable("\(error)")
        }
    }

    private func exchange(_ url: URL, _ headers: [String: String]) async throws -> Reply {
        var request = HTTPClientRequest(url: url.absoluteString)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        // Nothing is kept: the next token or secret is asked for in an hour.
        request.headers.add(name: "Connection", value: "close")
        let response = try await Self.client.execute(request, timeout: TimeAmount(timeout))
        // The access token is for the address that was asked, not for one that it names.
        if (300..<400).contains(response.status.code) { return Reply(status: Int(response.status.code), body: []) }
        let body = try await response.body.collect(upTo: byteCountMax)
        return Reply(status: Int(response.status.code), body: Array(buffer: body))
    }
}
