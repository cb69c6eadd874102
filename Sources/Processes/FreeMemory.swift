import CPosix

/// Memory that the allocator keeps for later. glibc gives back what lies at the end of its heaps alone: after ten
/// thousand connections have gone, it keeps a gigabyte, of which nothing is in use.
package enum FreeMemory {
    /// More than this is given back.
    package static let most = 64 << 20

    /// Bytes in memory in which nothing is kept; 0 when it cannot be told.
    package static var bytes: Int { max(0, Int(cposix_free_memory())) }

    /// Gives it back to the machine.
    package static func giveBack() { cposix_return_memory() }

    /// Gives it back whenever there is much of it, until the task is cancelled.
    package static func keepLow(interval: Duration = .seconds(10)) async {
        while (try? await Task.sleep(for: interval)) != nil {
            if bytes > most { giveBack() }
        }
    }
}
