import Foundation
import Glibc

/// What is wrong with a file: all of it in a file of its own, the beginning in memory.
///
/// The file is made with the first problem, so that a good file leaves none; one of an earlier run is removed.
final class ProblemList {
    let path: String
    private(set) var count = 0
    /// Lines with at least one problem.
    private(set) var lines = 0
    private(set) var first: [ImportProblem] = []

    private var handle: FileHandle?

    /// How many are kept in memory.
    private static let kept = 20

    /// - Parameter source: the file that is read.
    /// - Throws: `ImportFailure` when that is the very file that problems would be written to.
    init(path: String, of source: String) throws {
        let (one, other) = (URL(filePath: path), URL(filePath: source))
        guard one.resolvingSymlinksInPath().standardizedFileURL != other.resolvingSymlinksInPath().standardizedFileURL
        else { throw ImportFailure("\(path) is the file that is read; name another one for what is wrong with it") }
        self.path = path
        if FileManager.default.fileExists(atPath: path), OutputFile.mayReplace(path) {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    deinit { try? handle?.close() }  // every line is written by now

    /// Notes the problems of a line.
    func add(_ problems: [ImportProblem]) throws {
        if problems.isEmpty { return }
        count += problems.count
        lines += 1
        first += problems.prefix(Self.kept - first.count)
        let file = try handle ?? open()
        handle = file
        try file.write(contentsOf: Data(problems.map(\.csv).joined().utf8))
    }

    private func open() throws -> FileHandle {
        // In place, for it may be a terminal or a device.
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw ImportFailure("\(path) cannot be written; name another file with --errors")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try file.write(contentsOf: Data(ImportProblem.header.utf8))
        return file
    }
}
