import Foundation
import Glibc
import Processes
package import Services

/// By what an edge that is started again is known as the same one: its directory remembers who had its id last.
///
/// The kernel lets nobody but one process have the file, and forgets that when it is gone, however it went. So whoever
/// has it knows that the process before is gone, and need not wait for the end of its lease.
package final class ClaimFile: Sendable {
    /// What this process claims the edge's id by.
    package let claim: EdgeClaim
    private let lock: FileLock

    /// Each start may leave one that the database never heard of, so that the one it knows may be old: so many that a
    /// supervisor's restarts do not soon push that out.
    private static let formerMaximum = 1_000

    /// - Throws: `EdgeError` when another process runs this directory's edge, or the file cannot be written.
    package init(_ settings: EdgeSettings) throws {
        try EdgeFiles(settings: settings).prepare()
        let path = "\(settings.directory)/claim"
        do throws(FileLock.Failure) {
            lock = try FileLock(path: path)
        } catch .isTaken {
            throw EdgeError(
                "another heddle runs the SIP edge of \(settings.directory); stop it, or choose another HEDDLE_DATA")
        } catch .system(let code) {
            throw EdgeError("cannot lock \(path): \(systemMessage(code)); choose a HEDDLE_DATA on a local disk")
        }
        let known: String
        do {
            known = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw EdgeError("cannot read \(path), which says who had the edge's id last: \(error)")
        }
        let former = known.split(separator: "\n").compactMap { UUID(uuidString: String($0)) }
        claim = EdgeClaim(former: Array(former.prefix(Self.formerMaximum)))
        // Written before the database hears of it. Which of them it heard of last is not known after a crash.
        let lines = ([claim.id] + claim.former).map(\.text).joined(separator: "\n") + "\n"
        let bytes = Array(lines.utf8)
        guard unsafe pwrite(lock.descriptor, bytes, bytes.count, 0) == bytes.count, fsync(lock.descriptor) == 0 else {
            throw EdgeError("cannot write \(path): \(systemMessage(errno))")
        }
    }
}
