import Foundation
import FoundationNetworking
import Synchronization

/// Gathers the reply of one request, up to a bound, and hands it over once.
final class IncomingReply: NSObject, URLSessionDataDelegate {
    typealias Outcome = Result<BoundedGet.Reply, BoundedGet.Failure>
    typealias Continuation = CheckedContinuation<BoundedGet.Reply, any Error>

    private enum State {
        /// Nobody asks yet; may become `waiting` or `over`.
        case idle
        /// May become `over`.
        case waiting(Continuation, body: [UInt8])
        /// Whatever still comes is dropped.
        case over(BoundedGet.Failure?)
    }

    private let state = Mutex(State.idle)
    private let byteCountMax: Int

    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// Names who gets the outcome; if it is over already (cancelled before it began), that is now.
    func awaits(_ continuation: Continuation) {
        let failure: BoundedGet.Failure? = state.withLock { state in
            if case .over(let failure) = state { return failure ?? .cancelled }
            state = .waiting(continuation, body: [])
            return nil
        }
        if let failure { continuation.resume(throwing: failure) }
    }

    /// Ends the wait; later calls change nothing.
    func end(_ outcome: Outcome) {
        let continuation: Continuation? = state.withLock { state in
            switch state {
            case .idle:
                if case .failure(let failure) = outcome { state = .over(failure) }
                return nil
            case .waiting(let continuation, _):
                state = .over(nil)
                return continuation
            case .over: return nil
            }
        }
        switch outcome {
        case .success(let reply): continuation?.resume(returning: reply)
        case .failure(let failure): continuation?.resume(throwing: failure)
        }
    }

    // MARK: URLSessionDataDelegate

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // The access token is for the address that was asked, not for one that it names.
        completionHandler(nil)
        end(.success(BoundedGet.Reply(status: response.statusCode, body: [])))
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLarge = state.withLock { state in
            guard case .waiting(let continuation, var body) = state else { return false }
            guard body.count + data.count <= byteCountMax else { return true }
            body += data
            state = .waiting(continuation, body: body)
            return false
        }
        if isTooLarge { end(.failure(.tooLarge)) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        let body: [UInt8] = state.withLock { state in
            guard case .waiting(_, let body) = state else { return [] }
            return body
        }
        if let error {
            end(.failure(.unreachable(error.localizedDescription)))
        } else if let response = task.response as? HTTPURLResponse {
            end(.success(BoundedGet.Reply(status: response.statusCode, body: body)))
        } else {
            end(.failure(.unreachable("the answer is not HTTP")))
        }
    }
}
