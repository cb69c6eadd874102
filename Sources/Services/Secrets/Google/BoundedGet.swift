import Foundation
import FoundationNetworking

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
        /// No connection, no valid certificate, or no HTTP; in the system's words.
        case unreachable(String)
    }

    func callAsFunction(_ url: URL, headers: [String: String]) async throws(Failure) -> Reply {
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        do {
            return try await withThrowingTaskGroup(of: Reply.self) { [request] group in
                // URLSession's own time-out starts anew with every byte; a server that drips would hold us for ever.
                group.addTask {
                    try await Task.sleep(for: timeout)
                    throw Failure.timedOut
                }
                group.addTask { try await exchange(request) }
                defer { group.cancelAll() }
                guard let reply = try await group.next() else { throw Failure.cancelled }
                return reply
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .cancelled  // the sleep throws nothing else
        }
    }

    private func exchange(_ request: URLRequest) async throws -> Reply {
        let incoming = IncomingReply(byteCountMax: byteCountMax)
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        let session = URLSession(configuration: configuration, delegate: incoming, delegateQueue: nil)
        // The session holds its delegate, and its connections, until it is told.
        defer { session.invalidateAndCancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                incoming.awaits(continuation)
                session.dataTask(with: request).resume()
            }
        } onCancel: {
            incoming.end(.failure(.cancelled))
        }
    }
}
