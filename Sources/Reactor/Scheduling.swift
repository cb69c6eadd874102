import CPosix

/// What a thread asks of the kernel's scheduler.
package enum Scheduling {
    /// The shortest slice that the kernel grants, in nanoseconds.
    private static let shortSlice: UInt64 = 100_000

    /// Asks that the calling thread runs soon after it wakes, and briefly: for a slice this short the kernel takes the
    /// processor from a thread that computes, which else keeps it until its tick (4 ms on many machines). The thread
    /// gets no more of the processor for it, needs no privilege, and what it starts runs as usual. Linux before 6.12
    /// takes the wish and ignores it.
    /// - Returns: whether it was taken; a sandbox may forbid the call, and threads then run as all others do.
    @discardableResult package static func askForShortSlices() -> Bool { cposix_thread_slice(shortSlice) == 0 }
}
