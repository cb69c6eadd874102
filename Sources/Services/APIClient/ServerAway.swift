import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL
import Processes

/// A server did not answer, or not to the end.
package struct ServerAway: Error, Sendable, Equatable, CustomStringConvertible {
    /// What happened, without what to do.
    package let reason: String
    package let description: String
    /// Whether the same again will fail in the same way.
    let isLasting: Bool

    /// - Parameter count: bytes of the body that had come.
    init(_ address: ServerAddress, _ error: any Error, after count: Int? = nil) {
        let (words, isLasting) = Self.words(error)
        self.isLasting = isLasting
        guard let count else {
            reason = "\(address.text) does not answer: \(words)"
            description =
                "\(reason); look whether the server runs, and whether the address is right (heddle api profile list)"
            return
        }
        reason = "the answer of \(address.text) broke off after \(count) bytes: \(words)"
        description = "\(reason); ask again"
    }

    private static func words(_ error: any Error) -> (String, isLasting: Bool) {
        let said = "\(error)".forDisplay(200)
        switch error {
        case let error as HTTPClientError: return words(error)
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first?.error else { return ("its name is not known", false) }
            return words(first)
        case let error as IOError: return (systemMessage(error.errnoCode), false)
        case is ChannelError: return ("the connection was closed, or none came about", false)
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            return ("no TLS connection that can be trusted (\(said))", true)
        default: return (said, false)
        }
    }

    private static func words(_ error: HTTPClientError) -> (String, isLasting: Bool) {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout: ("no connection in time", false)
        case .readTimeout, .writeTimeout, .deadlineExceeded: ("nothing came in time", false)
        case .remoteConnectionClosed: ("it closed the connection", false)
        case .bodyLengthMismatch: ("the file was changed while it was sent", true)
        case .invalidURL, .emptyHost, .emptyScheme: ("the address is none", true)
        default: (error.shortDescription, false)
        }
    }
}
