import CZlib

/// Unpacks gzip part by part (RFC 1952): one member or several, in a buffer of fixed size, however much they unpack to.
@safe final class Gunzip {
    /// Why bytes are no gzip.
    struct Damaged: Error {}

    private let stream: UnsafeMutablePointer<z_stream>
    private var buffer = [UInt8](repeating: 0, count: 64 << 10)
    /// Whether what came so far ends where a member does.
    private(set) var isComplete = false

    /// Gzip's header and check sum, in the largest window (zlib.h, inflateInit2).
    private static let gzipWindow: Int32 = 15 + 16

    init() throws {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        guard
            unsafe inflateInit2_(
                stream, Self.gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            unsafe stream.deallocate()
            throw Damaged()
        }
    }

    deinit {
        _ = unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// - Parameter give: gets what the bytes unpack to, part by part; what it throws ends the work.
    func unpack(_ packed: [UInt8], _ give: (ArraySlice<UInt8>) throws -> Void) throws {
        // One copy for all of it: who sends many small members must not have each of them copy what follows.
        var packed = packed
        var start = 0
        while start < packed.count {
            if isComplete {
                // Another member may follow.
                guard unsafe inflateReset(stream) == Z_OK else { throw Damaged() }
                isComplete = false
            }
            let (taken, made, code) = step(&packed, from: start)
            start += taken
            if made > 0 { try give(buffer[..<made]) }
            switch code {
            case Z_STREAM_END: isComplete = true
            case Z_OK: break
            // No progress: it needs bytes that have not come.
            case Z_BUF_ERROR where taken == 0 && made == 0 && start == packed.count: return
            default: throw Damaged()
            }
        }
        try drain(give)
    }

    /// What is left when all bytes are taken, because it had no room.
    private func drain(_ give: (ArraySlice<UInt8>) throws -> Void) throws {
        var nothing: [UInt8] = []
        while !isComplete {
            let (_, made, code) = step(&nothing, from: 0)
            if made > 0 { try give(buffer[..<made]) }
            switch code {
            case Z_STREAM_END: isComplete = true
            case Z_OK where made == buffer.count: continue
            case Z_OK, Z_BUF_ERROR: return
            default: throw Damaged()
            }
        }
    }

    /// One call of inflate.
    /// - Returns: how many bytes it took, how many it made, and what it says.
    private func step(_ input: inout [UInt8], from start: Int) -> (taken: Int, made: Int, code: Int32) {
        let count = input.count - start
        let room = buffer.count
        return unsafe input.withUnsafeMutableBufferPointer { input in
            unsafe buffer.withUnsafeMutableBufferPointer { output in
                unsafe stream.pointee.next_in = input.baseAddress.map { unsafe $0 + start }
                unsafe stream.pointee.avail_in = UInt32(count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                let code = unsafe inflate(stream, Z_NO_FLUSH)
                let taken = unsafe count - Int(stream.pointee.avail_in)
                let made = unsafe room - Int(stream.pointee.avail_out)
                return (taken, made, code)
            }
        }
    }
}
