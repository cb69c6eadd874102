import Foundation
import Glibc

/// The file that the server's words go to.
package struct ServerLog: Sendable {
    package let path: String
    /// How long it may become.
    var limitBytes = 16 << 20

    /// What was in it before it was cut.
    package var olderPath: String { "\(path).1" }

    /// Sets aside what is in it when that is too much: a server that runs for years must not fill the disk. The server
    /// keeps the file open and writes at its end, wherever that is; a line that comes in between is lost.
    func cut() {
        var status = stat()
        guard unsafe stat(path, &status) == 0, status.st_size > limitBytes else { return }
        try? FileManager.default.removeItem(atPath: olderPath)  // there may be none
        // Copied or not, the disk comes before the log.
        try? FileManager.default.copyItem(atPath: path, toPath: olderPath)
        _ = unsafe truncate(path, 0)
    }

    /// The end of it, for messages.
    var lastLine: String {
        let text = String(decoding: tail(4096), as: UTF8.self)
        return text.split(separator: "\n").last.map(String.init) ?? "the log is empty"
    }

    private func tail(_ countMax: UInt64) -> Data {
        guard let file = FileHandle(forReadingAtPath: path) else { return Data() }  // no log is an empty log
        defer { try? file.close() }  // reading is over, whatever close says
        let end = (try? file.seekToEnd()) ?? 0  // what cannot be read is not shown
        try? file.seek(toOffset: end - min(end, countMax))
        return (try? file.readToEnd()) ?? Data()
    }
}
