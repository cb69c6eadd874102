/// A set of ASCII bytes kept as two words, so that membership is a shift and a mask.
///
/// Bytes from 0x80 up are never members. The named sets are the character classes of RFC 3261 section 25.1.
struct ByteSet: Sendable {
    private let low: UInt64
    private let high: UInt64

    /// The set of the ASCII characters of `characters`.
    init(_ characters: String) {
        var low: UInt64 = 0
        var high: UInt64 = 0
        for byte in characters.utf8 where byte < 0x80 {
            if byte < 0x40 { low |= 1 << UInt64(byte) } else { high |= 1 << UInt64(byte - 0x40) }
        }
        self.low = low
        self.high = high
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
        let word = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (word &>> UInt64(byte & 0x3F)) & 1 == 1
    }

    private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    private static let digits = "0123456789"
    private static let unreserved = letters + digits + "-_.!~*'()"

    /// `token`: method names, header names, tags, branches.
    static let token = ByteSet(letters + digits + "-.!%*_+`'~")
    /// `word` and the `@` between two of them: Call-ID.
    static let callID = ByteSet(letters + digits + "-.!%*_+`'~()<>:\\\"/[]?{}@")
    /// An unquoted parameter value in a header. RFC 3261 allows a token or a host; what phones send is wider, so every
    /// visible character is taken except the ones that end a value or open a string.
    static let value = ByteSet(letters + digits + "-.!%*_+`'~[]:/@&$=()?#{}|\\^")
    /// A parameter name in a header (a token) or in a URI (`paramchar`).
    static let parameterName = ByteSet(unreserved + "[]/:&+$%`")
    /// `scheme` of a URI after its first letter.
    static let scheme = ByteSet(letters + digits + "+-.")
    static let letter = ByteSet(letters)
    static let digit = ByteSet(digits)
    static let hexDigit = ByteSet(digits + "abcdefABCDEF")
    /// `user` of a SIP URI; `%` starts an escape and is checked apart.
    static let user = ByteSet(unreserved + "&=+$,;?/%")
    static let password = ByteSet(unreserved + "&=+$,%")
    /// A host name or IPv4 address. The underscore is not legal and is common.
    static let host = ByteSet(letters + digits + "-._")
    /// Inside the brackets of an IPv6 reference. RFC 5118 section 4.10 wants three colons accepted, so only the
    /// characters are checked.
    static let ipv6 = ByteSet(digits + "abcdefABCDEF:.")
    /// `paramchar` of a SIP URI.
    static let uriParameter = ByteSet(unreserved + "[]/:&+$%")
    /// `hname` and `hvalue` with the `=` and `&` between them.
    static let uriHeader = ByteSet(unreserved + "[]/?:+$%=&")
    /// The number part of a tel URI, with visual separators (RFC 3966 section 3).
    static let telephone = ByteSet(digits + "abcdefABCDEF*#+-.()")
    static let visualSeparator = ByteSet("-.()")
    /// An absolute URI of a scheme we do not know, left unread.
    static let opaque = ByteSet(unreserved + ";/?:@&=+$,%[]#")
}
