import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Services

/// A request's body, whole, in a file without a name: it is gone when this is let go, whatever ends the program.
struct ReceivedBody {
    private let handle: FileHandle
    /// Bytes, unpacked.
    let count: Int
    /// SHA-256 of them.
    let digest: [UInt8]

    /// Where it can be read.
    var path: String { "/proc/self/fd/\(handle.fileDescriptor)" }

    /// Takes a body in; nothing else happens until it is there to its end.
    /// - Parameter sender: is looked at while it comes in.
    /// - Throws: `Problem` when it is too large, cut, packed in a way that we do not know, or not its sender's to send
    ///   any more.
    static func receive(
        _ request: Request, from sender: inout LastingCaller, into directory: String, limit: Int
    ) async throws -> ReceivedBody {
        let announced = request.headers[.contentLength].flatMap { Int($0) }
        if let announced, announced > limit { throw Problem.tooLarge(limit) }
        let gunzip = try Gunzip.needed(for: request)
        let handle = try file(in: directory)
        var received = 0
        var hash = SHA256()
        var count = 0
        func keep(_ bytes: ArraySlice<UInt8>) throws {
            count += bytes.count
            guard count <= limit else { throw Problem.tooLarge(limit) }
            let data = Data(bytes)
            hash.update(data: data)
            try handle.write(contentsOf: data)
        }
        for try await buffer in request.body {
            try await sender.refuseInTime()
            received += buffer.readableBytes
            guard received <= limit else { throw Problem.tooLarge(limit) }
            let bytes = Array(buffer.readableBytesView)
            do {
                if let gunzip { try gunzip.unpack(bytes, keep) } else { try keep(bytes[...]) }
            } catch is Gunzip.Damaged {
                throw Problem.damaged
            }
        }
        // A connection that ends, or a server that stops, ends the body as well.
        try Task.checkCancellation()
        guard announced.map({ $0 == received }) ?? true, received == 0 || gunzip?.isComplete ?? true else {
            throw Problem(.badRequest, "cut", "The body is cut", "the body ended before its end; nothing was taken")
        }
        return ReceivedBody(handle: handle, count: count, digest: Array(hash.finalize()))
    }

    private static func file(in directory: String) throws -> FileHandle {
        let files = FileManager.default
        try files.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let path = "\(directory)/\(UUID().text)"
        guard files.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forUpdatingAtPath: path)
        else { throw CocoaError(.fileWriteUnknown) }
        try files.removeItem(atPath: path)
        return handle
    }
}

extension Gunzip {
    /// What unpacks a request's body; `nil` when it is not packed.
    /// - Throws: `Problem` when it is packed in another way.
    static func needed(for request: Request) throws -> Gunzip? {
        switch request.headers[.contentEncoding]?.lowercased() {
        case nil, "", "identity": return nil
        case "gzip", "x-gzip": return try Gunzip()
        case let other?:
            var problem = Problem.wrong("Content-Encoding", other, expected: "gzip, or none")
            problem.headers[.acceptEncoding] = "gzip"
            throw problem
        }
    }
}
