/// A header of a request or of an answer.
package struct HeaderField: Sendable, Equatable {
    package let name: String
    package let value: String

    /// What cannot be said by hand, and why.
    private static let reserved = [
        "authorization": "a key on the command line can be seen by everybody on this machine; put it into a profile "
            + "(heddle api profile add --key-from-stdin) or into HEDDLE_API_KEY",
        "connection": "the program sets it itself", "content-length": "the program sets it itself",
        "host": "it is the one of the server's address", "idempotency-key": "say it as --idempotency-key",
        "transfer-encoding": "the program sets it itself",
    ]

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Reads `Name: value`.
    /// - Throws: `RequestFault`. It does not repeat the value, which may be a secret.
    package init(line: String) throws(RequestFault) {
        guard let colon = line.firstIndex(of: ":") else {
            throw RequestFault("--header has no colon, expected 'Name: value'")
        }
        let name = String(line[..<colon])
        guard (1...100).contains(name.utf8.count), name.utf8.allSatisfy(Self.isOfName) else {
            throw RequestFault("--header has a name of other characters than letters, digits and -")
        }
        if let reason = Self.reserved[name.lowercased()] {
            throw RequestFault("--header does not take \(name): \(reason)")
        }
        let value = line[line.index(after: colon)...].drop { $0 == " " }
        guard value.utf8.count <= 8_192, value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw RequestFault("--header \(name) has a value that is too long, or has characters that steer")
        }
        self.init(name, String(value))
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
