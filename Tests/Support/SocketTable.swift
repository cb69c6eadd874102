import Foundation

/// The sockets of this machine as /proc tells them (proc(5)), which disturbs nobody.
package enum SocketTable {
    /// Whether somebody receives datagrams at an IPv4 address.
    package static func isBound(_ host: String, _ port: UInt16) -> Bool {
        let wanted = address(host, port)
        let text = FileManager.default.contents(atPath: "/proc/self/net/udp") ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").contains { row in
            row.split(separator: " ", maxSplits: 2).dropFirst().first.map { $0 == wanted } ?? false
        }
    }

    /// As the kernel writes it: the four bytes from the last to the first, then the port, in hexadecimal.
    private static func address(_ host: String, _ port: UInt16) -> String {
        let bytes = host.split(separator: ".").compactMap { UInt8($0) }.reversed()
        return bytes.map { hexadecimal(Int($0), 2) }.joined() + ":" + hexadecimal(Int(port), 4)
    }

    private static func hexadecimal(_ number: Int, _ digits: Int) -> String {
        let text = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }
}
