import Crypto
package import Foundation

/// The second factor: a code of six digits that changes every half minute (RFC 6238, with HMAC-SHA-1 as all apps have).
package enum TOTP {
    static let period = 30
    static let secretLength = 20

    /// A new secret of twenty random bytes.
    package static func makeSecret() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<secretLength).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    /// The step of a time: how many half minutes it is after the epoch.
    package static func step(_ time: Date) -> Int64 { Int64(time.timeIntervalSince1970) / Int64(period) }

    /// The code of a step (RFC 4226, section 5.3).
    package static func code(_ secret: [UInt8], step: Int64, digits: Int = 6) -> String {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (8 * (7 - Int64($0)))) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(for: message, using: SymmetricKey(data: secret)))
        let offset = Int(mac[19] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String(number % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step of a code: this half minute's, the one before or after, and behind the last that was used; else `nil`.
    package static func step(of code: String, _ secret: [UInt8], at time: Date, after last: Int64?) -> Int64? {
        let now = step(time)
        return (now - 1...now + 1).first { step in
            step > last ?? .min
                && ConstantTime.areEqual(Array(Self.code(secret, step: step).utf8), Array(code.utf8))
        }
    }

    /// The address that apps read from a picture.
    package static func address(_ secret: [UInt8], user: String) -> String {
        var components = URLComponents()
        components.scheme = "otpauth"
        components.host = "totp"
        components.path = "/Heddle:\(user)"
        components.queryItems = [
            .init(name: "secret", value: base32(secret)), .init(name: "issuer", value: "Heddle"),
            .init(name: "algorithm", value: "SHA1"), .init(name: "digits", value: "6"),
            .init(name: "period", value: String(period)),
        ]
        return components.string ?? ""
    }

    /// RFC 4648, section 6, of a number of bytes that needs no padding.
    package static func base32(_ bytes: [UInt8]) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var (rest, bits) = (0, 0)
        for byte in bytes {
            rest = rest << 8 | Int(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                text.append(letters[rest >> bits & 31])
            }
            rest &= (1 << bits) - 1
        }
        if bits > 0 { text.append(letters[rest << (5 - bits) & 31]) }
        return text
    }
}
