/// Which counts of which nonces have been used, so that no request can be sent twice (RFC 7616 section 3.3, `nc`).
///
/// Memory is bounded: uses are kept in two generations of at most `capacity` nonces. When the newer one is full the
/// older is forgotten, and with it every nonce issued no later than its newest is refused. To forget is therefore
/// never to allow a replay; it costs some client a fresh challenge.
struct NonceUses: Sendable {
    private struct Window: Sendable {
        var highest: UInt32
        /// Bit n is set when the count `highest - n` was used.
        var seen: UInt64
    }

    private let capacity: Int
    private var current: [NonceMint.Nonce: Window] = [:]
    private var older: [NonceMint.Nonce: Window] = [:]
    private var newestInOlder: Int64 = .min
    private var newestInCurrent: Int64 = .min
    /// Nonces issued at or before this second were forgotten.
    private var forgottenUpTo: Int64 = .min

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    var count: Int { current.count + older.count }

    /// Records a use. False when it was used before, is too far behind the highest count, or is of a forgotten time.
    mutating func use(_ nonce: NonceMint.Nonce, count: UInt32) -> Bool {
        guard nonce.issuedAtSeconds > forgottenUpTo else { return false }
        guard var window = current[nonce] ?? older[nonce] else {
            insert(nonce, Window(highest: count, seen: 1))
            return true
        }
        if count > window.highest {
            let ahead = count - window.highest
            window.seen = ahead < 64 ? window.seen << UInt64(ahead) | 1 : 1
            window.highest = count
        } else {
            let behind = window.highest - count
            guard behind < 64, window.seen & (1 << UInt64(behind)) == 0 else { return false }
            window.seen |= 1 << UInt64(behind)
        }
        if current[nonce] != nil { current[nonce] = window } else { older[nonce] = window }
        return true
    }

    private mutating func insert(_ nonce: NonceMint.Nonce, _ window: Window) {
        if current.count >= capacity {
            forgottenUpTo = max(forgottenUpTo, newestInOlder)
            (older, newestInOlder) = (current, newestInCurrent)
            (current, newestInCurrent) = ([:], .min)
        }
        current[nonce] = window
        newestInCurrent = max(newestInCurrent, nonce.issuedAtSeconds)
    }
}
