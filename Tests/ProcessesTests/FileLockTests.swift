import Foundation
import Glibc
import Testing

@testable import Processes

@Suite struct FileLockTests {
    private let path = FileManager.default.temporaryDirectory.appending(path: "lock-\(UUID().uuidString)").path

    @Test func `one has it at a time, and the next one when it is let go`() throws {
        defer { unsafe unlink(path) }
        let first = try FileLock(path: path)
        #expect(throws: FileLock.Failure.isTaken) { try FileLock(path: path, tries: 1) }
        first.release()
        first.release()  // nothing is left to do
        let second = try FileLock(path: path, tries: 1)
        #expect(throws: FileLock.Failure.isTaken) { try FileLock(path: path, tries: 2) }
        second.release()
    }

    /// A child that was forked a moment ago has all that its parent had open.
    @Test func `who lets it go has nobody keep it who has a copy of the descriptor`() throws {
        defer { unsafe unlink(path) }
        let first = try FileLock(path: path)
        let copy = dup(first.descriptor)
        defer { close(copy) }
        first.release()
        try FileLock(path: path, tries: 1).release()
    }

    @Test func `why a file cannot be locked is told`() {
        #expect(throws: FileLock.Failure.system(ENOENT)) { try FileLock(path: "\(path)/x") }
    }
}
