package import Foundation
package import Postgres

/// Takes the edge's files into the database (`StoreLines`): each line once, whatever crashes in between.
///
/// The files are read behind the edge, from where the last run ended, so that a line is in the database moments after
/// it was written and nobody depends on the edge's help for it. Now and then `archive` has the edge begin new files.
package struct ImportSpool: Sendable {
    private let directory: SpoolDirectory
    private let database: Database
    /// Has the edge begin new files; `false` when there is no edge that could write.
    private let rotate: @Sendable () async throws -> Bool

    /// A file of this size is done with before its hour is over.
    private static let largestFile = 32 << 20
    private static let longestFileSeconds = 3600
    /// How long after a rotation a write that had begun before may still go on.
    private static let writingSeconds = 2
    private static let batchSize = 5_000

    /// - Parameters:
    ///   - database: as the engine.
    ///   - directory: the edge's directory, with `spool` in it.
    ///   - rotate: throws when the edge runs but does not listen; then nothing is archived.
    package init(
        _ database: Database, directory: String, rotate: @escaping @Sendable () async throws -> Bool
    ) {
        self.directory = SpoolDirectory(directory)
        self.database = database
        self.rotate = rotate
    }

    /// What an import came to.
    package struct Result: Sendable, Hashable {
        /// Lines that were new.
        package var imported = 0
        /// Lines that were there already.
        package var repeated = 0
        package var rejected = 0
        /// Another importer was at work, and nothing was looked at.
        package var isBusy = false
    }

    /// Imports what the edge has written until now.
    package func callAsFunction() async throws -> Result {
        var result = Result()
        // One importer at a time on this machine; with two the rows would be the same, but not the positions.
        guard let lock = lock() else {
            result.isBusy = true
            return result
        }
        defer { lock.release() }
        _ = lock.seesNewTime()
        var state = SpoolState(of: directory)
        for file in try directory.files() { try await read(file, isEnded: false, &state, &result) }
        return result
    }

    /// Has the edge begin new files when those of now are old or large, and puts away those that nobody writes to.
    ///
    /// A process of the edge goes on with a renamed file until it notices a rotation, which it does at its next CDR if
    /// the rotation's second is later than that of its last one and of its start. So a rotation follows its renaming in
    /// a later second, and only when the clock was not set back; until then, and until a write that had begun must be
    /// over, a renamed file is read on like any other.
    /// - Parameter isDue: whether files are renamed whatever their age.
    package func archive(isDue: Bool = false, now: Date = Date()) async throws {
        guard let lock = lock() else { return }
        defer { lock.release() }
        var state = SpoolState(of: directory)
        let second = Int(now.timeIntervalSince1970)
        guard lock.seesNewTime() else { return }
        for file in try directory.files() where file.renamedAt == nil && file.size > 0 {
            let isOld = second - state.rotatedAt >= Self.longestFileSeconds
            if isDue || isOld || file.size >= Self.largestFile { try directory.rename(file, now) }
        }
        let renamed = try directory.files().compactMap { file in file.renamedAt.map { (file, $0) } }
        if let last = renamed.map(\.1).max(), last >= state.rotatedAt, second > max(last, state.rotatedAt) {
            _ = try await rotate()
            state.rotatedAt = second
            try state.save(to: directory)
        }
        for (file, renamedAt) in renamed
        where renamedAt < state.rotatedAt && second >= state.rotatedAt + Self.writingSeconds {
            var result = Result()
            try await read(file, isEnded: true, &state, &result)
            try directory.archive(file)
        }
        state.keepOnly(try directory.files())
        try state.save(to: directory)
    }

    private func lock() -> SpoolLock? { SpoolLock(path: "\(directory.path)/spool.lock") }

    /// Imports what is new in a file.
    /// - Parameter isEnded: nobody writes to it any more, so that a line without its end will not get one.
    private func read(
        _ file: SpoolDirectory.File, isEnded: Bool, _ state: inout SpoolState, _ result: inout Result
    ) async throws {
        var position = try state.position(in: file)
        guard isEnded || file.size > position.offset else { return }
        let reader = try LineReader(path: file.path, from: position.offset)
        let store = StoreLines(database, of: file.subject)
        while true {
            let lines = try reader.next(Self.batchSize, isEnded: isEnded)
            if lines.isEmpty { break }
            var rejects: [String] = []
            var batch: [StoreLines.Numbered] = []
            for line in lines {
                position.lines += 1
                do throws(SpoolLine.Problem) {
                    // A line without its end may look whole and still lack digits of its last field.
                    guard line.isComplete else { throw SpoolLine.Problem(description: "the last line is cut") }
                    let read = try SpoolLine(line.text, of: file.subject)
                    batch.append(.init(number: position.lines, text: line.text, line: read))
                } catch {
                    rejects.append("line \(position.lines): \(error.description)\t\(line.text)")
                }
            }
            let stored = try await store(batch[...])
            rejects += stored.rejects
            result.imported += stored.imported
            result.repeated += stored.repeated
            result.rejected += rejects.count
            try directory.reject(rejects, of: file)
            try state.note(file, offset: reader.offset, lines: position.lines)
            try state.save(to: directory)
        }
    }
}
