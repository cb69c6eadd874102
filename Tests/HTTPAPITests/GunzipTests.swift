import Foundation
import Testing

@testable import HTTPAPI

struct GunzipTests {
    private func unpack(_ packed: [UInt8], by size: Int, _ gunzip: Gunzip) throws -> [UInt8] {
        var all: [UInt8] = []
        for start in stride(from: 0, to: packed.count, by: size) {
            try gunzip.unpack(Array(packed[start..<min(start + size, packed.count)])) { all += $0 }
        }
        return all
    }

    @Test(arguments: [1, 7, 1_000, 1 << 20])
    func `however a body is cut, it unpacks to the same`(size: Int) throws {
        let text = Array((0..<20_000).map { "\($0 * 7919),line\n" }.joined().utf8)
        let packed = try GzipProgram.pack(text)
        let gunzip = try Gunzip()
        #expect(try unpack(packed, by: size, gunzip) == text)
        #expect(gunzip.isComplete)
    }

    @Test func `members one after the other are one text`() throws {
        let gunzip = try Gunzip()
        let packed = try GzipProgram.pack(Array("one ".utf8)) + GzipProgram.pack(Array("two".utf8))
        #expect(try unpack(packed, by: 5, gunzip) == Array("one two".utf8))
        #expect(gunzip.isComplete)
    }

    @Test func `very many members are unpacked as one text`() throws {
        let member = try GzipProgram.pack([65])
        var packed: [UInt8] = []
        for _ in 0..<5_000 { packed += member }
        let gunzip = try Gunzip()
        var count = 0
        try gunzip.unpack(packed) { count += $0.count }
        #expect(count == 5_000 && gunzip.isComplete)
    }

    @Test func `what is cut is not complete, and what is no gzip is refused`() throws {
        let packed = try GzipProgram.pack(Array(repeating: 65, count: 100_000))
        let cut = try Gunzip()
        _ = try unpack(Array(packed.dropLast(3)), by: 64, cut)
        #expect(!cut.isComplete)
        #expect(throws: Gunzip.Damaged.self) { try unpack(Array("plain text".utf8), by: 64, try Gunzip()) }
        var damaged = packed
        damaged[damaged.count - 6] ^= 0xFF
        #expect(throws: Gunzip.Damaged.self) { try unpack(damaged, by: 64, try Gunzip()) }
    }

    @Test func `a bomb is given in parts, so that whoever counts can stop it`() throws {
        let packed = try GzipProgram.pack(Array(repeating: 0, count: 20 << 20))
        struct Enough: Error {}
        var count = 0
        #expect(throws: Enough.self) {
            try Gunzip().unpack(packed) { part in
                count += part.count
                if count > 1 << 20 { throw Enough() }
            }
        }
        #expect(count < 2 << 20)
    }
}

/// gzip, the program.
enum GzipProgram {
    static func pack(_ bytes: [UInt8]) throws -> [UInt8] {
        let directory = FileManager.default.temporaryDirectory
        let path = directory.appending(path: "heddle-gzip-\(UUID().uuidString)").path
        try Data(bytes).write(to: URL(filePath: path))
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/gzip")
        process.arguments = ["-n", path]
        try process.run()
        process.waitUntilExit()
        defer { try? FileManager.default.removeItem(atPath: "\(path).gz") }  // it was read, or was never there
        return [UInt8](try Data(contentsOf: URL(filePath: "\(path).gz")))
    }
}
