import Foundation
import Glibc
import Services

/// How much of a file was sent.
struct UploadProgress {
    /// Bytes.
    let sent: Int64
    let size: Int64
}

/// Tells a terminal how far a file is.
enum UploadMeter {
    /// - Parameter send: sends the file, and tells how many bytes were sent so far.
    static func showing<Value>(
        _ file: UploadedFile, _ send: (@escaping @Sendable (Int64) -> Void) async throws -> Value
    ) async throws -> Value {
        guard isatty(FileHandle.standardError.fileDescriptor) == 1 else { return try await send { _ in } }
        // What was sent is read by another task; only the newest number counts.
        let (numbers, sent) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let size = file.size
        let showing = Task {
            let meter = ProgressMeter()
            for await number in numbers { meter.tell(UploadProgress(sent: number, size: size)) }
            meter.end()
        }
        do {
            let value = try await send { sent.yield($0) }
            sent.finish()
            await showing.value
            return value
        } catch {
            sent.finish()
            await showing.value
            throw error
        }
    }
}
