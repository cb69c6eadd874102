import Glibc

/// The processor time that was spent: steadier than a rate on a machine that others use too.
enum ProcessorTime {
    /// By this program, in microseconds, in all its threads.
    static var own: Double {
        var usage = rusage()
        _ = unsafe getrusage(RUSAGE_SELF.rawValue, &usage)
        return microseconds(usage)
    }

    /// By the programs that it started and that have ended.
    static var children: Double {
        var usage = rusage()
        _ = unsafe getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return microseconds(usage)
    }

    private static func microseconds(_ usage: rusage) -> Double {
        let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
        return seconds * 1e6 + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    }
}
