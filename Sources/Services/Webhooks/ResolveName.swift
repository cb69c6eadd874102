import Glibc
import NIOPosix

/// Finds the addresses of a name. It is asked once for each attempt, and what it says is where the attempt goes: a name
/// that says something else a moment later gains nothing.
struct ResolveName: Sendable {
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        return threads
    }()

    /// - Returns: nothing when the name is not known.
    func callAsFunction(_ name: String) async throws -> [String] {
        if PublicAddress.bytes(name) != nil { return [name] }
        return try await Self.threads.runIfActive { Self.addresses(name) }
    }

    private static func addresses(_ name: String) -> [String] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { unsafe freeaddrinfo(list) }
        var found: [String] = []
        var next = unsafe list
        while let one = unsafe next {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let isNamed = unsafe getnameinfo(
                one.pointee.ai_addr, one.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
            if isNamed == 0 {
                found.append(String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
            }
            unsafe next = unsafe one.pointee.ai_next
        }
        return found
    }
}
