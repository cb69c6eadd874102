import NIOCore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite struct GzipTests {
    private func unpack(_ packed: ByteBuffer) throws -> [UInt8] {
        let gunzip = try Gunzip()
        var all: [UInt8] = []
        try gunzip.unpack(Array(packed.readableBytesView)) { all += $0 }
        #expect(gunzip.isComplete)
        return all
    }

    private static func text(_ count: Int) -> [UInt8] {
        Array((0..<count).map { "\($0 &* 7919),line,\($0 % 13)\n" }.joined().utf8)
    }

    /// What cannot be packed fills the room of a step exactly now and then.
    private static func noise(_ count: Int) -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test func `what is packed at once unpacks to the same`() throws {
        let texts: [[UInt8]] = [[], [65], Self.text(10), Self.text(100_000), Self.noise(1 << 20)]
        for bytes in texts + (65_490...65_540).map(Self.noise) {
            let isSame = try unpack(Gzip.packed(bytes)) == bytes  // as a Bool, since a failure would print both
            #expect(isSame, "\(bytes.count) bytes")
        }
    }

    @Test func `what is packed in parts unpacks to the same, and each part can be read when it came`() throws {
        let gzip = try Gzip()
        let gunzip = try Gunzip()
        var (all, read): ([UInt8], [UInt8]) = ([], [])
        for part in [Self.text(1), Self.text(50_000), [], Self.noise(200_000), Self.text(3)] {
            all += part
            try gunzip.unpack(Array(try gzip.pack(part).readableBytesView)) { read += $0 }
            #expect(read.count == all.count)
        }
        #expect(!gunzip.isComplete)
        try gunzip.unpack(Array(try gzip.end().readableBytesView)) { read += $0 }
        let isSame = read == all
        #expect(gunzip.isComplete && isSame)
    }

    @Test func `text becomes small`() throws {
        let text = Self.text(100_000)
        #expect(try Gzip.packed(text).readableBytes * 2 < text.count)
    }
}
