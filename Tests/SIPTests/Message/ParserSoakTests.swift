import TestSupport
import Testing

@testable import SIP

/// Mutations of messages without end: the parser never traps, and what it answers can be read.
@Suite struct ParserSoakTests {
    @Test(arguments: Soak.seeds(short: 2, long: 40))
    func `mutated messages never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let credentials = """
            Proxy-Authorization: Digest username="a", realm="r", nonce="n", uri="sip:b@c", qop=auth, nc=00000001, \
            cnonce="x", response="\(String(repeating: "0a", count: 16))"
            """
        let messages = TortureCase.all.map(\.bytes) + [Sample(extra: [credentials], body: "v=0\n").bytes]
        for _ in 0..<Soak.count(short: 500, long: 10_000) {
            var bytes = messages.randomElement(using: &random) ?? []
            mutate(&bytes, &random)
            FuzzTests().exercise(bytes)
        }
    }
}
