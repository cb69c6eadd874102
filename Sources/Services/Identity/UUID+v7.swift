package import Foundation
import Synchronization

extension UUID {
    /// A time-ordered id (RFC 9562, 5.7): neighbours in time are neighbours in the index.
    ///
    /// Ids of one millisecond are in no order among themselves, unlike those of `core.uuid_v7()`. Not for secrets: the
    /// time is readable.
    /// - Parameters:
    ///   - milliseconds: time since 1970; its lower 48 bits count, which last until the year 10889.
    ///   - random: gives the other 74 bits; `SystemRandomNumberGenerator` outside of tests.
    package static func v7(milliseconds: Int64, random: inout some RandomNumberGenerator) -> UUID {
        let high = UInt64(bitPattern: milliseconds) << 16 | random.next() & 0xfff
        return UUID(high: high, low: random.next(), version: 7)
    }
}

extension UUID {
    /// A new time-ordered id, of now.
    package static func v7() -> UUID {
        let milliseconds = Date().microseconds / 1000
        return entropy.withLock { v7(milliseconds: milliseconds, random: &$0) }
    }

    private static let entropy = Mutex(BufferedRandom())
}
