/// A server, and the key that it knows somebody by.
package struct APIProfile: Sendable {
    /// Where the key is.
    package enum Key: Sendable {
        case none
        /// Beside the address, in the file of profiles.
        case kept(Secret)
        /// In a variable of the environment, which is read with each call.
        case variable(String)
    }

    package let name: String
    package let address: ServerAddress
    package let key: Key
    /// Whether it was made for a network in which others may read along.
    package let permitsPlainHTTP: Bool

    private static let mostKeyBytes = 4_096

    /// - Throws: `RequestFault`.
    package init(
        _ name: String, _ address: ServerAddress, _ key: Key, permitsPlainHTTP: Bool = false
    ) throws(RequestFault) {
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isOfName) else {
            throw RequestFault("a profile's name is 1 to 64 letters, digits, - and _")
        }
        if case .variable(let variable) = key {
            guard (1...256).contains(variable.utf8.count), variable.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil
            else { throw RequestFault("--key-env is the name of a variable: letters, digits and _, no digit first") }
        }
        self.name = name
        self.address = address
        self.key = key
        self.permitsPlainHTTP = permitsPlainHTTP
    }

    /// The same with another key.
    package func with(_ key: Key) throws(RequestFault) -> APIProfile {
        try APIProfile(name, address, key, permitsPlainHTTP: permitsPlainHTTP)
    }

    /// A key as it was given, without what editors and `echo` add.
    /// - Throws: `RequestFault`. It repeats nothing of the key.
    package static func key(_ text: String) throws(RequestFault) -> Secret {
        var bytes = Array(text.utf8)
        while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else { throw RequestFault("the key is empty") }
        guard bytes.count <= mostKeyBytes, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw RequestFault("the key is longer than any, or has characters that no key has")
        }
        return Secret(bytes)
    }

    /// What may be shown of the key.
    package var shownKey: String {
        switch key {
        case .none: return "-"
        case .variable(let name): return "$\(name)"
        case .kept(let secret):
            let text = String(decoding: secret.bytes, as: UTF8.self)
            return APIKeyText(text)?.prefix ?? (text.hasPrefix("hs_") ? "hs_…" : "…")
        }
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
        default: false
        }
    }
}
