import Foundation
import TestSupport
import Testing

@testable import Services

/// Mutations of the edge's lines: each is read or refused with a reason, and what is read can be stored.
@Suite struct SpoolLineSoakTests {
    @Test(arguments: Soak.seeds(short: 2, long: 20))
    func `mutated lines are read or refused`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let whole = Array(SpoolLineTests.line().utf8)
        for _ in 0..<Soak.count(short: 1_000, long: 20_000) {
            var bytes = whole
            mutate(&bytes, marks: "|%7C\r-.0123456789\0", &random)
            do throws(SpoolLine.Problem) {
                let line = try SpoolLine(String(decoding: bytes, as: UTF8.self)[...])
                #expect((100...699).contains(line.code) && line.receivedMicroseconds > 0 && line.talkMilliseconds >= 0)
                #expect(!line.edge.isEmpty && !line.callID.isEmpty && !line.callee.utf8.contains(0))
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
    }
}
