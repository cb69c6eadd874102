import Glibc
import Logging

/// How many files and sockets this process may have open.
enum OpenFiles {
    /// What is needed beside connections: databases, routers, files.
    private static let others = 512

    /// Makes room for connections: a process begins with fewer than it may have.
    /// - Returns: how many there can be.
    static func connections(_ wanted: Int, logger: Logger) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return wanted }
        let needed = rlim_t(wanted + others)
        if limit.rlim_cur < needed {
            limit.rlim_cur = min(needed, limit.rlim_max)
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)  // what it is now is told below
        }
        guard limit.rlim_cur < needed else { return wanted }
        let possible = max(Int(limit.rlim_cur) - others, Int(limit.rlim_cur) / 2, 1)
        logger.warning(
            """
            HTTP takes \(possible) connections at a time, not \(wanted): the process may have \(limit.rlim_cur) open \
            files; raise that (LimitNOFILE of the unit, ulimit -n)
            """)
        return possible
    }
}
