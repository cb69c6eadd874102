import Crypto

package import struct Foundation.UUID

extension UUID {
    /// The id that a name has in a namespace (RFC 9562, 5.5): whoever derives it, and whenever, gets the same one.
    ///
    /// SHA-1 is part of the definition. It makes ids, it protects nothing.
    package static func v5(namespace: UUID, name: String) -> UUID {
        var hash = Insecure.SHA1()
        hash.update(data: namespace.networkBytes)
        hash.update(data: Array(name.utf8))
        let digest = Array(hash.finalize())
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
        return UUID(high: number(digest[0..<8]), low: number(digest[8..<16]), version: 5)
    }
}
