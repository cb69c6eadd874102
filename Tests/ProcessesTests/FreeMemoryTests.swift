import Testing

@testable import Processes

@Suite(.serialized) struct FreeMemoryTests {
    /// Small ones between which some stay, so that the allocator's heap does not end where they were.
    @Test func `what is not in use any more is given back, and what is stays`() {
        var kept: [[UInt8]] = []
        var freed: [[UInt8]] = []
        for number in 0..<40_000 {
            let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 4_000)
            if number % 100 == 0 { kept.append(piece) } else { freed.append(piece) }
        }
        let before = FreeMemory.bytes
        freed = []
        let free = FreeMemory.bytes
        #expect(free - before > 80 << 20, "nearly 160 MB are free; other tests may have taken some")
        FreeMemory.giveBack()
        #expect(FreeMemory.bytes < free - 60 << 20)
        for (number, piece) in kept.enumerated() {
            let byte = UInt8(truncatingIfNeeded: number * 100)
            #expect(piece.allSatisfy { $0 == byte })
        }
    }
}
