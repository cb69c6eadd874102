/// A number that looks like chance and is always the same for a call: of its called number and the microsecond of its
/// INVITE. By it weights are drawn and probes let through, so that a decision can be explained and SQL, which has
/// `routing.call_draw()`, comes to the same.
struct CallDraw: Sendable, Hashable {
    let value: Int64

    /// One step of a generator by Park and Miller: the modulus is prime, and the microseconds run through all of it.
    init(_ called: E164, at microseconds: Int64) {
        let modulus: Int64 = 2_147_483_647
        value = (microseconds % modulus * 48_271 + Int64(called.digits) % modulus) % modulus
    }

    /// Whether the call is one of the tenth that probe a trunk whose breaker is half open.
    var probes: Bool { value % 10 == 0 }

    /// Which of so many equal parts is drawn.
    func part(of total: Int64) -> Int64 { value / 16 % total }
}
