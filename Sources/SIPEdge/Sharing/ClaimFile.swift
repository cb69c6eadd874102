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
    private let descriptor: Int32

    /// Each start may leave one that the database never heard of, and the one that it knows is the oldest of them: so
    /// many that a supervisor's restarts do not soon push it out.
    private static let formerMaximum = 1_000

    private static let tries = 20
    private static let pauseMicroseconds: UInt32 = 25_000

    /// - Throws: `EdgeError` when another process runs this directory's edge, or the file cannot be written.
    package init(_ settings: EdgeSettings) throws {
        try EdgeFiles(settings: settings).prepare()
        let path = "\(settings.directory)/claim"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw EdgeError("cannot open \(path): \(systemMessage(errno))") }
        // A child that was forked a moment ago has it too, until it becomes its program.
        var tries = Self.tries
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK, tries > 0 {
            tries -= 1
            usleep(Self.pauseMicroseconds)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            throw EdgeError(
                reason == EWOULDBLOCK
                    ? "another heddle runs the SIP edge of \(settings.directory); stop it, or choose another "
                        + "HEDDLE_DATA"
                    : "cannot lock \(path): \(systemMessage(reason)); choose a HEDDLE_DATA on a local disk")
        }
        let known: String
        do {
            known = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            close(descriptor)
            throw EdgeError("cannot read \(path), which says who had the edge's id last: \(error)")
        }
        let former = known.split(separator: "\n").compactMap { UUID(uuidString: String($0)) }
        claim = EdgeClaim(former: Array(former.prefix(Self.formerMaximum)))
        // Written before the database hears of it. Which of them it heard of last is not known after a crash.
        let lines = ([claim.id] + claim.former).map(\.text).joined(separator: "\n") + "\n"
        let bytes = Array(lines.utf8)
        guard unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, fsync(descriptor) == 0 else {
            close(descriptor)
            throw EdgeError("cannot write \(path): \(systemMessage(errno))")
        }
    }

    deinit { close(descriptor) }
}
