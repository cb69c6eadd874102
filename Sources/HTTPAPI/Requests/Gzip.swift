import CZlib
import NIOCore

/// Packs as gzip part by part (RFC 1952), with about 320 KB of memory, however much comes.
@safe final class Gzip {
    /// zlib had no memory.
    struct Failed: Error {}

    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)

    /// Gzip's header and check sum, in the largest window (zlib.h, deflateInit2).
    private static let gzipWindow: Int32 = 15 + 16
    /// What zlib takes by itself.
    private static let usualMemory: Int32 = 8
    /// Of call records as JSON lines this one leaves a sixth at 140 MB/s; level 1 leaves little more at 180 MB/s, level
    /// 6 a seventh at 70 MB/s.
    private static let level: Int32 = 3

    init() throws {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard
            unsafe deflateInit2_(
                stream, Self.level, Z_DEFLATED, Self.gzipWindow, Self.usualMemory, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            unsafe stream.deallocate()
            throw Failed()
        }
    }

    deinit {
        _ = unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// A whole text at once.
    static func packed(_ bytes: [UInt8]) throws -> ByteBuffer { try Gzip().pack(bytes, Z_FINISH) }

    /// What a part of the text makes. All of it is in there: a reader need not wait for the next one.
    func pack(_ bytes: [UInt8]) throws -> ByteBuffer { try pack(bytes, Z_SYNC_FLUSH) }

    /// What is missing after the last part.
    func end() throws -> ByteBuffer { try pack([], Z_FINISH) }

    private func pack(_ bytes: [UInt8], _ flush: Int32) throws -> ByteBuffer {
        var input = bytes
        var start = 0
        var output = ByteBuffer()
        while true {
            let (taken, made, code) = step(&input, from: start, flush)
            start += taken
            output.writeBytes(buffer[..<made])
            switch code {
            case Z_OK where made == buffer.count: continue  // it had no room for the rest
            // Z_BUF_ERROR: nothing was left when the room was used up exactly.
            case Z_OK, Z_BUF_ERROR, Z_STREAM_END: return output
            default: throw Failed()
            }
        }
    }

    /// One call of deflate.
    /// - Returns: how many bytes it took, how many it made, and what it says.
    private func step(
        _ input: inout [UInt8], from start: Int, _ flush: Int32
    ) -> (taken: Int, made: Int, code: Int32) {
        let count = input.count - start
        let room = buffer.count
        return unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe buffer.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_in = UInt32(count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                let code = unsafe deflate(stream, flush)
                let taken = unsafe count - Int(stream.pointee.avail_in)
                let made = unsafe room - Int(stream.pointee.avail_out)
                return (taken, made, code)
            }
        }
    }
}
