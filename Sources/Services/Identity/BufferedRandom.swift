import Foundation

/// Random numbers of the system, fetched many at once: a call of the kernel for each costs more than all else of an id.
struct BufferedRandom: RandomNumberGenerator {
    /// What `getentropy` gives at once: 256 bytes.
    private var words: [UInt64] = Array(repeating: 0, count: 32)
    private var used = 32

    mutating func next() -> UInt64 {
        if used == words.count { refill() }
        defer { used += 1 }
        return words[used]
    }

    private mutating func refill() {
        let isFilled = unsafe words.withUnsafeMutableBytes {
            unsafe getentropy($0.baseAddress, $0.count) == 0
        }
        precondition(isFilled, "the system has no random numbers: \(errno)")
        used = 0
    }
}
