import Glibc
import Testing

@testable import SIPEdge

/// Which ports another program holds.
@Suite struct FreePortTests {
    @Test func `a listener holds its port, and connections that have ended do not`() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // As every server does, Kamailio too: without it the port would be refused to its own next start.
        var on: Int32 = 1
        _ = unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        _ = unsafe inet_pton(AF_INET, "127.0.0.1", &address.sin_addr)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        let accepted = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe bind(listener, address, size) == 0, listen(listener, 1) == 0,
                    unsafe getsockname(listener, address, &size) == 0, unsafe connect(client, address, size) == 0
                else { return Int32(-1) }
                return accept(listener, nil, nil)
            }
        }
        try #require(accepted >= 0)
        let port = UInt16(bigEndian: address.sin_port)
        #expect(!FreePort.isFree(host: "127.0.0.1", port: port, datagrams: false))
        // Who closes first remembers the connection (TIME_WAIT): the port of the listener.
        close(accepted)
        close(client)
        close(listener)
        // A program that another test starts has our sockets too, until it executes.
        for _ in 0..<200 where !FreePort.isFree(host: "127.0.0.1", port: port, datagrams: false) {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(FreePort.isFree(host: "127.0.0.1", port: port, datagrams: false))
    }

    /// 203.0.113.0/24 is for documentation (RFC 5737): nobody has it.
    @Test(arguments: [true, false]) func `an address of another machine is no taken port`(datagrams: Bool) {
        #expect(FreePort.obstacle(host: "203.0.113.9", port: 5060, datagrams: datagrams) == .foreign)
    }
}
