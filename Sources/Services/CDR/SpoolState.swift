import Foundation

/// How far the files of a spool were read: a small file beside them, written after each batch of lines is in the
/// database. When it is lost or older than the database, lines are read again, which changes nothing.
struct SpoolState: Codable, Equatable {
    /// How far a file was read.
    struct Position: Codable, Equatable {
        /// Bytes, up to the end of a line.
        var offset = 0
        /// Lines, for messages.
        var lines = 0
        /// The last bytes before the offset. A file that lost its end with the power, and grew again, has others there,
        /// and is read from its start.
        var tail = Data()
    }

    /// By inode, which a renamed file keeps.
    var positions: [Int: Position] = [:]
    /// The second of the last rotation, since 1970.
    var rotatedAt = 0

    private static let tailSize = 1024

    /// The state of a directory; a file that is missing or damaged tells nothing.
    init(of directory: SpoolDirectory) {
        guard let data = FileManager.default.contents(atPath: Self.file(directory)),
            let state = try? JSONDecoder().decode(SpoolState.self, from: data)  // damaged: read again from the start
        else { return }
        self = state
    }

    func save(to directory: SpoolDirectory) throws {
        try JSONEncoder().encode(self).write(to: URL(filePath: Self.file(directory)), options: .atomic)
    }

    /// From where on a file is to be read: the position that is known, if the file is still what it was then.
    func position(in file: SpoolDirectory.File) throws -> Position {
        guard let known = positions[file.inode], known.offset <= file.size else { return Position() }
        let tail = try Self.tail(of: file, at: known.offset)
        return tail == known.tail ? known : Position()
    }

    /// Notes that a file was read up to a byte.
    mutating func note(_ file: SpoolDirectory.File, offset: Int, lines: Int) throws {
        positions[file.inode] = Position(
            offset: offset, lines: lines, tail: try Self.tail(of: file, at: offset))
    }

    /// Forgets the files that are gone.
    mutating func keepOnly(_ files: [SpoolDirectory.File]) {
        let inodes = Set(files.map(\.inode))
        positions = positions.filter { inodes.contains($0.key) }
    }

    private static func file(_ directory: SpoolDirectory) -> String { "\(directory.path)/spool.json" }

    private static func tail(of file: SpoolDirectory.File, at offset: Int) throws -> Data {
        let handle = try FileHandle(forReadingFrom: URL(filePath: file.path))
        defer { try? handle.close() }  // reading is over, whatever close says
        let size = min(offset, tailSize)
        try handle.seek(toOffset: UInt64(offset - size))
        return try handle.read(upToCount: size) ?? Data()
    }
}
