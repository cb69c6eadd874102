import CLibPQ
import Glibc

/// A `PGconn`, wrapped so that everything above it is safe Swift. No call here blocks, as long as no host is a name
/// without an address (libpq 15, section 34.1, "PQconnectStartParams"): `Place` sees to that, but for service files.
///
/// Not Sendable: it belongs to one `Connection` actor and never leaves it.
@safe
final class PQConnection {
    private let handle: OpaquePointer

    /// Begins to connect.
    /// - Parameter parameters: connection keywords and values; `dbname` may itself be a connection string.
    init?(parameters: [(String, String)]) {
        var keywords: [UnsafePointer<CChar>?] = unsafe []
        var values: [UnsafePointer<CChar>?] = unsafe []
        var copies: [UnsafeMutablePointer<CChar>?] = unsafe []
        for (keyword, value) in parameters {
            let (keyword, value) = unsafe (strdup(keyword), strdup(value))
            unsafe keywords.append(UnsafePointer(keyword))
            unsafe values.append(UnsafePointer(value))
            unsafe copies += [keyword, value]
        }
        unsafe keywords.append(nil)
        unsafe values.append(nil)
        defer { unsafe copies.forEach { unsafe free($0) } }
        guard let handle = unsafe PQconnectStartParams(keywords, values, 1) else { return nil }
        unsafe self.handle = handle
        unsafe PQsetNoticeProcessor(handle, { _, _ in }, nil)  // notices are for people at a terminal
    }

    deinit { unsafe PQfinish(handle) }

    /// The socket, -1 without one. It may change while connecting (several hosts, TLS).
    var socket: Int32 { unsafe PQsocket(handle) }

    var isBad: Bool { unsafe PQstatus(handle) == CONNECTION_BAD }

    /// libpq's sentence about the last failure. It may name hosts and users, never the password.
    var message: String { unsafe String(cString: PQerrorMessage(handle)).trimmedLines }

    var isInTransaction: Bool { unsafe PQtransactionStatus(handle) != PQTRANS_IDLE }

    /// The server process, for logs and for cancelling.
    var serverProcess: Int32 { unsafe PQbackendPID(handle) }

    // MARK: Connecting

    enum Progress { case read, write, connected, failed }

    func poll() -> Progress {
        switch unsafe PQconnectPoll(handle) {
        case PGRES_POLLING_READING: return .read
        case PGRES_POLLING_WRITING: return .write
        case PGRES_POLLING_OK: return .connected
        default: return .failed
        }
    }

    /// After connecting: no call may block, and requests are pipelined.
    func beginPipelining() -> Bool {
        unsafe PQsetnonblocking(handle, 1) == 0 && PQenterPipelineMode(handle) == 1
    }

    /// Leaves pipeline mode, which COPY does not allow; every result must have been read.
    func endPipelining() -> Bool { unsafe PQexitPipelineMode(handle) == 1 }

    // MARK: Sending

    func sendPrepare(name: String, _ statement: Statement) -> Bool {
        let types = statement.binds.map(\.type)
        return unsafe PQsendPrepare(handle, name, statement.text, Int32(types.count), types) == 1
    }

    /// Sends a statement's values; with a name it was prepared before, without it is parsed now.
    func send(_ statement: Statement, prepared name: String?) -> Bool {
        let binds = statement.binds
        let types = binds.map(\.type)
        let lengths = binds.map { Int32($0.bytes?.count ?? 0) }
        let formats = [Int32](repeating: 1, count: binds.count)
        // All values lie in one buffer: one allocation, and pointers that hold for the length of the call.
        let buffer = binds.reduce(into: [UInt8]()) { $0 += $1.bytes ?? [] } + [0]
        return unsafe buffer.withUnsafeBytes { bytes in
            var values: [UnsafePointer<CChar>?] = unsafe []
            var offset = 0
            for bind in binds {
                let base = unsafe bytes.baseAddress.map { unsafe $0 + offset }
                unsafe values.append(bind.bytes == nil ? nil : base?.assumingMemoryBound(to: CChar.self))
                offset += bind.bytes?.count ?? 0
            }
            let count = Int32(binds.count)
            if let name {
                return unsafe PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
            }
            return unsafe PQsendQueryParams(
                handle, statement.text, count, types, values, lengths, formats, 1) == 1
        }
    }

    /// Sends a string of statements by the simple protocol; only outside pipeline mode.
    func sendSimple(_ text: String) -> Bool { unsafe PQsendQuery(handle, text) == 1 }

    /// Ends a batch: the server commits it, or skips to here after an error. libpq flushes here.
    func sync() -> Bool { unsafe PQpipelineSync(handle) == 1 }

    enum Flush { case done, wouldBlock, failed }

    func flush() -> Flush {
        switch unsafe PQflush(handle) {
        case 0: .done
        case 1: .wouldBlock
        default: .failed
        }
    }

    // MARK: Receiving

    func consumeInput() -> Bool { unsafe PQconsumeInput(handle) == 1 }

    /// Whether `nextResult` would block.
    var isBusy: Bool { unsafe PQisBusy(handle) == 1 }

    /// The next result; `nil` ends the results of one statement.
    func nextResult() -> PQResult? {
        unsafe PQgetResult(handle).map { unsafe PQResult($0) }
    }

    func nextNotification() -> Notification? {
        guard let notify = unsafe PQnotifies(handle) else { return nil }
        defer { unsafe PQfreemem(notify) }
        return unsafe Notification(
            channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra))
    }

    // MARK: COPY

    enum CopyPut { case queued, wouldBlock, failed }

    func putCopy(_ bytes: [UInt8]) -> CopyPut {
        let result = unsafe bytes.withUnsafeBytes { buffer in
            unsafe PQputCopyData(
                handle, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
        }
        switch result {
        case 1: return .queued
        case 0: return .wouldBlock
        default: return .failed
        }
    }

    /// Ends a COPY in; with a reason it fails, and the server stores nothing.
    func endCopy(failing reason: String?) -> Bool {
        guard let reason else { return unsafe PQputCopyEnd(handle, nil) == 1 }
        return unsafe PQputCopyEnd(handle, reason) == 1
    }

    enum CopyGet { case row([UInt8]), wouldBlock, end, failed }

    func getCopy() -> CopyGet {
        var buffer: UnsafeMutablePointer<CChar>?
        let length = unsafe PQgetCopyData(handle, &buffer, 1)
        defer { unsafe PQfreemem(buffer) }
        switch length {
        case 0: return .wouldBlock
        case -1: return .end
        case 1...:
            return unsafe .row(Array(UnsafeRawBufferPointer(start: buffer, count: Int(length))))
        default: return .failed
        }
    }

    // MARK: Cancelling

    /// What is needed to cancel from another thread.
    func makeCanceller() -> PQCanceller? { unsafe PQgetCancel(handle).map { unsafe PQCanceller($0) } }
}

extension String {
    /// Without the line ends that libpq adds to its messages.
    var trimmedLines: String {
        split(separator: "\n").map { $0.drop { $0 == "\t" || $0 == " " } }.joined(separator: "; ")
    }
}
