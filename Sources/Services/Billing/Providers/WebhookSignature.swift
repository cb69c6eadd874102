import Crypto
import Foundation

/// A signature as `t=1492774577,v1=5257a869…`: HMAC-SHA256 over the time, a point and the body.
///
/// The time is under the signature, so that a request that somebody has recorded is of no use later. There may be
/// several v1, of several keys; other schemes are passed over.
struct WebhookSignature {
    private let time: Int64
    private let digests: [[UInt8]]

    private static let mostDigests = 8
    private static let longest = 1_000

    /// - Returns: `nil` when it has no time or no digest.
    init?(_ text: String) {
        guard text.utf8.count <= Self.longest else { return nil }
        var time: Int64?
        var digests: [[UInt8]] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard pair.count == 2 else { return nil }
            switch pair[0] {
            case "t":
                guard time == nil, let seconds = Int64(pair[1]), seconds > 0 else { return nil }
                time = seconds
            case "v1":
                guard digests.count < Self.mostDigests, let digest = Self.bytes(pair[1]) else { return nil }
                digests.append(digest)
            default: break
            }
        }
        guard let time, !digests.isEmpty else { return nil }
        self.time = time
        self.digests = digests
    }

    /// Whether one of the keys made it, over this body.
    func isOf(_ body: [UInt8], by keys: [Secret]) -> Bool {
        let signed = Array("\(time).".utf8) + body
        var isRight = false
        for key in keys {
            let expected = Array(HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key.bytes)))
            // All are looked at, whichever is right.
            for digest in digests where ConstantTime.areEqual(digest, expected) { isRight = true }
        }
        return isRight
    }

    /// Seconds that it was made before a moment; below zero when it says to be made after.
    func age(at now: Date) -> Int64 { Int64(now.timeIntervalSince1970.rounded(.down)) - min(time, 1 << 40) }

    /// The header that a provider would send.
    static func header(_ body: [UInt8], key: Secret, at time: Date) -> String {
        let seconds = Int64(time.timeIntervalSince1970)
        let code = HMAC<SHA256>.authenticationCode(
            for: Array("\(seconds).".utf8) + body, using: SymmetricKey(data: key.bytes))
        return "t=\(seconds),v1=\(Array(code).hex)"
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == SHA256.byteCount * 2 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard pair.allSatisfy(\.isHexDigit), let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}
