import Foundation
import Glibc
import NIOCore
import Processes

/// A file that is sent as the body of a request, however large it is.
package struct UploadedFile: Sendable, Equatable {
    package let path: String
    /// Bytes, when it was looked at.
    package let size: Int64

    /// - Throws: `RequestFault` when it is no file that can be read.
    package init(_ path: String) throws(RequestFault) {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            throw RequestFault("\(path) cannot be read: \(systemMessage(errno)); name another file")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw RequestFault("\(path) is not a plain file, whose size is known; write what is to be sent to one")
        }
        self.path = path
        size = Int64(status.st_size)
    }

    private static let types = [
        "csv": "text/csv", "json": "application/json", "jsonl": "application/x-ndjson",
        "ndjson": "application/x-ndjson",
    ]

    /// What its name says that it is.
    package var usualType: String? {
        path.split(separator: "/").last?.split(separator: ".").dropFirst().last.flatMap { Self.types[$0.lowercased()] }
    }
}

/// Its parts, read as they are sent.
struct UploadParts: AsyncSequence, Sendable {
    let file: UploadedFile
    /// Hears how many bytes were given so far.
    let told: @Sendable (Int64) -> Void

    private static let partBytes = 256 << 10

    func makeAsyncIterator() -> Iterator { Iterator(file: file, told: told) }

    struct Iterator: AsyncIteratorProtocol {
        let file: UploadedFile
        let told: @Sendable (Int64) -> Void
        private var handle: FileHandle?
        private var sent: Int64 = 0

        init(file: UploadedFile, told: @escaping @Sendable (Int64) -> Void) {
            self.file = file
            self.told = told
        }

        mutating func next() async throws -> ByteBuffer? {
            let handle = try opened()
            guard let data = try handle.read(upToCount: UploadParts.partBytes), !data.isEmpty else { return nil }
            sent += Int64(data.count)
            told(sent)
            return ByteBuffer(bytes: data)
        }

        private mutating func opened() throws(RequestFault) -> FileHandle {
            if let handle { return handle }
            guard let handle = FileHandle(forReadingAtPath: file.path) else {
                throw RequestFault("\(file.path) cannot be read; name another file")
            }
            self.handle = handle
            return handle
        }
    }
}
