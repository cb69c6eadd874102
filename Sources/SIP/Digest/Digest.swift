/// The computations of digest authentication (RFC 7616 section 3.4.1, RFC 2617 section 3.2.2).
package enum Digest {
    /// The response a client sends, lower-case hex.
    ///
    /// - Parameter protection: nonce count (eight hex digits) and client nonce for `qop=auth`, nil without qop.
    package static func response(
        ha1: HA1, method: Method, uri: String, nonce: String, protection: (nonceCount: String, cnonce: String)?
    ) -> String {
        let bytes = response(
            ha1: ha1, method: method, uri: Array(uri.utf8)[...], nonce: Array(nonce.utf8)[...],
            protection: protection.map { (Array($0.nonceCount.utf8)[...], Array($0.cnonce.utf8)[...]) })
        return String(decoding: Hex.digits(of: bytes), as: UTF8.self)
    }

    static func response(
        ha1: HA1, method: Method, uri: ArraySlice<UInt8>, nonce: ArraySlice<UInt8>,
        protection: (nonceCount: ArraySlice<UInt8>, cnonce: ArraySlice<UInt8>)?
    ) -> [UInt8] {
        let colon = UInt8(ascii: ":")
        let ha2 = ha1.algorithm.hexHash(Array(method.name.utf8) + [colon] + uri)
        var text = ha1.digits + [colon] + nonce + [colon]
        if let protection {
            text += protection.nonceCount + [colon] + protection.cnonce + [colon] + Array("auth".utf8) + [colon]
        }
        text += ha2
        return ha1.algorithm.hash(text)
    }

    /// H(user:realm), what a client that was offered `userhash` sends for the name (RFC 7616 section 3.4.4).
    package static func userHash(user: String, realm: String, algorithm: DigestAlgorithm) -> String {
        String(decoding: algorithm.hexHash(Array("\(user):\(realm)".utf8)), as: UTF8.self)
    }
}
