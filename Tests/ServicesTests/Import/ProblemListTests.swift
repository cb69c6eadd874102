import Foundation
import Testing

@testable import Services

@Suite struct ProblemListTests {
    @Test func `the file that is read is not taken for the one of an earlier run`() throws {
        let scratch = try ScratchFile("Prefix,Rate\n44,0.01\n")
        defer { scratch.remove() }
        let folder = URL(filePath: scratch.path).deletingLastPathComponent()
        let name = URL(filePath: scratch.path).lastPathComponent
        for path in [scratch.path, folder.appending(path: "./\(name)").path] {
            #expect(throws: ImportFailure.self) { try ProblemList(path: path, of: scratch.path) }
        }
        #expect(FileManager.default.fileExists(atPath: scratch.path))
    }
}
