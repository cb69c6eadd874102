import Foundation
import Glibc
import Testing

@testable import Services

@Suite
struct KeyFileTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private var path: String { "\(directory.path)/secrets.key" }

    @Test func `a new key is base64 in a file of its owner`() throws {
        let key = try KeyFile.create(at: path)
        var status = stat()
        try #require(unsafe stat(path, &status) == 0)
        #expect(status.st_mode & 0o7777 == 0o600 && status.st_nlink == 1)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.hasSuffix("=\n") && Data(base64Encoded: String(text.dropLast()))?.count == 32)
        #expect(try KeyFile.load(path).id == key.id)
        #expect(try directory.names() == ["secrets.key"])
    }

    @Test func `keys are random`() throws {
        let ids = try (0..<50).map { try KeyFile.create(at: "\(path)\($0)").id }
        #expect(Set(ids).count == 50)
    }

    @Test(arguments: ["", "anything"])
    func `a file that is there is left alone`(_ content: String) throws {
        _ = try directory.file(Array(content.utf8), name: "secrets.key")
        let error = try #require(throws: SecretError.self) { try KeyFile.create(at: path) }
        #expect(error.code == .exists && "\(error)".hasPrefix("file:\(path): "))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
        #expect(try directory.names() == ["secrets.key"])
    }

    @Test func `a link is not written through`() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(directory.path)/elsewhere")
        #expect(throws: SecretError.self) { try KeyFile.create(at: path) }
        #expect(try directory.names() == ["secrets.key"])
    }

    @Test func `a directory that is not there is an error`() throws {
        let error = try #require(throws: SecretError.self) { try KeyFile.create(at: "\(directory.path)/none/key") }
        #expect(error.code == .refused && "\(error)".contains("No such file or directory"))
    }

    @Test func `the first call makes the key and the next reads it`() throws {
        let key = try KeyFile.loadOrCreate(at: path)
        #expect(try KeyFile.loadOrCreate(at: path).id == key.id)
    }

    @Test func `programs that start at once get the same key`() async throws {
        let path = path
        for round in 0..<20 {
            let ids = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<8 { group.addTask { try KeyFile.loadOrCreate(at: "\(path)\(round)").id } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(ids.count == 1)
        }
        #expect(try directory.names().count == 20)
    }

    @Test(arguments: ["c2VjcmV0\n", "hunter2", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"])
    func `a damaged file is refused, not replaced`(_ content: String) throws {
        _ = try directory.file(Array(content.utf8), name: "secrets.key")
        let error = try #require(throws: SecretError.self) { try KeyFile.loadOrCreate(at: path) }
        #expect(error.code == .damaged)
        #expect(!"\(error)".contains(content.prefix(7)))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
    }

    @Test func `a key that everybody can read is refused`() throws {
        try KeyFile.create(at: path)
        try #require(unsafe chmod(path, 0o644) == 0)
        let error = try #require(throws: SecretError.self) { try KeyFile.loadOrCreate(at: path) }
        #expect(error.code == .unprotected && "\(error)".contains("chmod o= '\(path)'"))
    }
}
