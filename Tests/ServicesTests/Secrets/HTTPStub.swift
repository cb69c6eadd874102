import Foundation
import Glibc
import Synchronization

/// An HTTP server on a free port of this machine that answers as a test says. One request a connection.
final class HTTPStub: Sendable {
    /// A request without its body.
    struct Request: Sendable {
        let line: String
        /// Names in lower case.
        let headers: [String: String]
    }

    enum Answer: Sendable {
        case reply(Int, String = "", headers: [String: String] = [:])
        /// As ``reply``, with the connection kept for a next request that nobody will answer.
        case keepOpen(Int, String)
        /// These bytes, then the end of the connection.
        case raw(String)
        /// Takes the request and says nothing.
        case silence
        /// A reply that comes a byte at a time, every 20 ms, without an end.
        case drip
    }

    private struct State {
        var requests: [Request] = []
        var answer: @Sendable (Request) -> Answer
        /// Connections that are kept waiting.
        var held: [Int32] = []
        var isStopped = false
    }

    private let listener: Int32
    private let state: Mutex<State>
    /// `http://127.0.0.1:PORT`
    let address: String

    init(_ answer: @escaping @Sendable (Request) -> Answer) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &name) { name in
            unsafe name.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                unsafe bind(listener, name, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, name, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))"
        state = Mutex(State(answer: answer))
        let thread = Thread { [self] in serve() }
        thread.start()
    }

    /// What was asked, in order.
    var requests: [Request] { state.withLock { $0.requests } }

    /// Answers differently from now on.
    func answers(_ answer: @escaping @Sendable (Request) -> Answer) { state.withLock { $0.answer = answer } }

    /// Whether the other side has closed every connection that was kept waiting.
    var isLeftAlone: Bool {
        state.withLock { state in
            var byte: UInt8 = 0
            return state.held.allSatisfy { unsafe recv($0, &byte, 1, Int32(MSG_DONTWAIT)) == 0 }
        }
    }

    /// Ends the server and its connections. Only once: later its descriptor may be another server's.
    func stop() {
        state.withLock { state in
            if state.isStopped { return }
            state.isStopped = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.held { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    // MARK: The server's thread

    private func serve() {
        while true {
            let connection = accept(listener, nil, nil)
            if connection < 0 {
                // Only `stop` ends it: a signal, or a machine short of descriptors for a moment, does not.
                if state.withLock({ $0.isStopped }) { break }
                usleep(1000)
                continue
            }
            guard let request = Self.request(from: connection) else {
                close(connection)
                continue
            }
            let answer = state.withLock { state in
                state.requests.append(request)
                return state.answer
            }
            give(answer(request), to: connection)
        }
        close(listener)
        for connection in state.withLock({ $0.held }) { close(connection) }
    }

    private func give(_ answer: Answer, to connection: Int32) {
        switch answer {
        case .reply(let status, let body, let headers):
            let headers = headers.merging(["Connection": "close"]) { $1 }
            Self.send(Self.text(status, body, headers), to: connection)
            close(connection)
        case .keepOpen(let status, let body):
            Self.send(Self.text(status, body, [:]), to: connection)
            state.withLock { $0.held.append(connection) }
        case .raw(let text):
            Self.send(text, to: connection)
            close(connection)
        case .silence:
            state.withLock { $0.held.append(connection) }
        case .drip:
            let thread = Thread {
                Self.send("HTTP/1.1 200 X\r\nContent-Length: 50000\r\n\r\n", to: connection)
                while Self.send(" ", to: connection) { usleep(20_000) }
                close(connection)
            }
            thread.start()
        }
    }

    private static func text(_ status: Int, _ body: String, _ headers: [String: String]) -> String {
        let lines = headers.map { "\($0): \($1)\r\n" }.joined()
        return "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\(lines)\r\n\(body)"
    }

    private static func request(from connection: Int32) -> Request? {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: received, as: UTF8.self).contains("\r\n\r\n") {
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk.prefix(count)
        }
        let lines = String(decoding: received, as: UTF8.self).components(separatedBy: "\r\n")
        let headers = lines.dropFirst().compactMap { line -> (String, String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
            return (line[..<colon].lowercased(), value)
        }
        return Request(line: lines[0], headers: Dictionary(headers, uniquingKeysWith: { $1 }))
    }

    @discardableResult
    private static func send(_ text: String, to connection: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
