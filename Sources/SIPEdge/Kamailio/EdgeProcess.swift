import Foundation
import Glibc
package import Logging
import Processes
package import Reactor
package import Services

/// Kamailio on this machine: started in a session of its own, so that calls go on when heddle is killed; adopted by the
/// next heddle; ended only by an orderly stop.
package actor EdgeProcess {
    private let settings: EdgeSettings
    private let reactor: Reactor
    private let logger: Logger
    private var process: RunningProcess?
    /// Ended by us, in order: nothing runs that could have calls.
    private var isStopped = false
    private var plan: RoutingData.EmergencyPlan?
    /// What an edge that is started may use of limits; `nil` for all.
    private var lease: EdgeLease?
    /// Whether the running edge knows the plan.
    private var isInformed = true
    private var isInforming = false
    private var hasWarned = false
    /// Whether the running edge may have been told to refuse calls, by another program than this.
    private var mayRefuse = false
    package nonisolated let control: EdgeControl

    private static let startLimit = Duration.seconds(30)
    /// How long calls get for their goodbyes, thousands of them one after the other.
    private static let hangUpLimit = Duration.seconds(60)
    /// How often the list of calls may be as long as before, a fifth of a second apart; no answer counts for ten.
    private static let stallsMaximum = 25

    package init(_ settings: EdgeSettings, reactor: Reactor, logger: Logger) {
        self.settings = settings
        self.reactor = reactor
        self.logger = logger
        control = EdgeControl(settings)
    }

    /// Adopts the edge that runs, or starts one.
    /// - Throws: `EdgeError`: Kamailio is missing, a port is taken, the configuration is refused.
    package func start() async throws {
        isStopped = false
        let files = EdgeFiles(settings: settings)
        try files.prepare()
        if let running = await findRunning() {
            process = running
            logger.info("adopted the running SIP edge (process \(running.pid))")
            // The heddle before us may have been killed when it had begun to end the edge.
            mayRefuse = true
            isInformed = false
            await inform()
            return
        }
        // One that runs and does not answer may have calls: its ports are taken, and somebody has to look.
        if recorded == nil { await endLeftovers() }
        try requireFreePorts()
        guard let path = Self.programs.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw EdgeError("Kamailio is not installed; run `make setup`")
        }
        try SpoolDirectory(settings.directory).setAside()
        // It reads them when it starts; a plan that comes meanwhile is told when it runs.
        isInformed = true
        mayRefuse = false
        try files.write(plan, lease: lease)
        let started = try await Starter(reactor: reactor).start(
            Program(
                path: path, arguments: settings.arguments, directory: settings.directory,
                output: .file(settings.log), lifetime: .outlivesParent))
        process = started
        try await waitUntilReady(started)
        logger.info("started the SIP edge on \(settings.listeners.joined(separator: ", ")) (process \(started.pid))")
    }

    /// Starts it again when it ended by itself, and tells it what it could not be told, until the task is cancelled.
    package func keepRunning() async {
        while !Task.isCancelled {
            if let process, await process.waitForExit(atMost: .milliseconds(500)), !Task.isCancelled {
                logger.error("the SIP edge ended by itself; see \(settings.log). It is started again")
                do {
                    try await start()
                } catch {
                    logger.error("\(error)")
                    try? await Task.sleep(for: .seconds(2))  // a cancelled sleep ends the loop
                }
            } else if process == nil {
                try? await Task.sleep(for: .milliseconds(500))  // as above
            } else {
                await inform()
            }
        }
    }

    /// Ends it in order: no call is taken any more, those in progress are hung up or cancelled on both sides and leave
    /// their CDRs, then the process ends.
    package func stop() async {
        guard let process else { return }
        if process.isRunning { await hangUp() }
        await process.stop(signal: SIGTERM, grace: .seconds(10))
        await endLeftovers()
        self.process = nil
        isStopped = true
    }

    private func hangUp() async {
        let deadline = ContinuousClock.now + Self.hangUpLimit
        try? await control.refuseCalls()  // an edge that does not listen is ended all the same
        var cancelled: Set<[Int]> = []
        var fewest = Int.max
        var stalls = 0
        // An edge that does not answer, or calls that do not end, must not hold us: it is ended without their consent.
        while ContinuousClock.now < deadline, stalls < Self.stallsMaximum {
            let calls = try? await control.dialogs()
            if calls?.isEmpty == true { return }
            stalls = if let calls, calls.count < fewest { 0 } else { stalls + (calls == nil ? 10 : 1) }
            fewest = min(fewest, calls?.count ?? fewest)
            for call in calls ?? [] where ContinuousClock.now < deadline {
                if call.isAnswered {
                    try? await control.end(call)  // a call that ended meanwhile is refused
                } else if cancelled.insert([call.entry, call.id]).inserted {
                    try? await control.cancel(call)  // as above
                }
            }
            try? await Task.sleep(for: .milliseconds(200))  // a cancelled sleep only asks sooner
        }
    }

    /// The processes of an edge of ours whose first one was killed go on with its calls, but nobody would start them
    /// again or end them: the calls are hung up, and then the processes are killed.
    private func endLeftovers() async {
        let leftovers = leftovers
        // Kamailio does not start while its file names a process, and after a restart of the machine that may be any.
        try? FileManager.default.removeItem(atPath: settings.pidFile)  // there may be none
        if leftovers.isEmpty { return }
        logger.warning("ending \(leftovers.count) processes of a SIP edge that was killed")
        if await control.edgeID() == settings.id { await hangUp() }
        for process in leftovers { await process.stop(signal: SIGKILL, grace: .seconds(5)) }
    }

    /// What runs of an edge of ours, its first process or others.
    private var leftovers: [RunningProcess] {
        Self.processes(reactor).filter { $0.arguments.contains("EDGE_DIR=\(settings.directory)") }
    }

    /// Every Kamailio on this machine that we may look into.
    private static func processes(_ reactor: Reactor) -> [RunningProcess] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // always there
        return names.compactMap { Int32($0) }.compactMap { pid in
            guard let process = RunningProcess(pid: pid, reactor: reactor), process.isKamailio else { return nil }
            return process
        }
    }

    /// The calls in progress; `nil` when nobody knows them.
    package func liveCalls() async -> CloseLostCalls.LiveCalls? {
        if isStopped { return CloseLostCalls.LiveCalls(ids: [], since: Date()) }
        guard await control.edgeID() == settings.id,
            let since = try? await control.startedAt(),  // it does not answer: nobody knows
            let dialogs = try? await control.dialogs()  // as above
        else { return nil }
        return CloseLostCalls.LiveCalls(ids: Set(dialogs.compactMap(\.cdrID)), since: since)
    }

    /// Whether nothing of it runs, so that it has no calls: it has ended in order, or could not be started.
    package var hasEnded: Bool { isStopped || (!isRunning && recorded == nil && leftovers.isEmpty) }

    package var isRunning: Bool { process?.isRunning ?? false }

    package var pid: Int32? { process?.pid }

    /// Sets what the edge must know when no router answers; it is told until it knows.
    package func apply(_ new: RoutingData.EmergencyPlan) async {
        guard new != plan else { return }
        plan = new
        isInformed = false
        await inform()
    }

    /// What an edge that is started from now on may use of limits, until it is told more. Others than we may start it:
    /// they find it in its files.
    package func remember(_ lease: EdgeLease) {
        self.lease = lease
        guard isRunning else { return }
        try? EdgeFiles(settings: settings).write(plan, lease: lease)  // it is written anew before we start one
    }

    /// Tells the running edge the plan, in its files and in its memory. What fails is tried again by `keepRunning`; a
    /// plan that comes while one is told follows it.
    private func inform() async {
        guard !isInforming else { return }
        isInforming = true
        defer { isInforming = false }
        while !isInformed, isRunning {
            isInformed = true
            do {
                if mayRefuse { try await control.takeCalls() }
                mayRefuse = false
                if let plan { try await tell(plan) }
                hasWarned = false
            } catch {
                isInformed = false
                if !hasWarned {
                    logger.warning("the edge was not told what has changed, it is tried again: \(error)")
                }
                hasWarned = true
                return
            }
        }
    }

    private func tell(_ plan: RoutingData.EmergencyPlan) async throws {
        try EdgeFiles(settings: settings).write(plan, lease: lease)
        try await control.reloadDispatcher()
        let codes = plan.codes.map { ($0, "1") }
        try await control.replace("emergency_codes", with: Dictionary(codes) { first, _ in first })
        try await control.replace("tech_prefixes", with: EdgeFiles.techPrefixes(plan))
        let networks = EdgeFiles.networks(plan).mapValues { $0.joined(separator: ",") }
        try await control.replace("networks", with: networks)
    }

    /// Has the edge write its CDRs to new files.
    ///
    /// An edge that an earlier program left behind writes as well, before it is adopted: nobody may take its files
    /// without its knowledge.
    /// - Returns: `false` when no edge runs that could write.
    /// - Throws: when one runs and does not listen.
    package func rotateFiles() async throws -> Bool {
        guard isRunning || recorded != nil || !leftovers.isEmpty else { return false }
        try await control.rotateFiles()
        return true
    }

    private static let programs = ["/usr/sbin/kamailio", "/usr/local/sbin/kamailio", "/usr/bin/kamailio"]

    /// The process of the pid file, when it is Kamailio and answers with our id.
    private func findRunning() async -> RunningProcess? {
        guard let running = recorded, await control.edgeID() == settings.id else { return nil }
        return running
    }

    /// The process of the pid file, when it is Kamailio.
    private var recorded: RunningProcess? {
        guard let text = try? String(contentsOfFile: settings.pidFile, encoding: .utf8),  // none: not running
            let pid = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines)),
            let running = RunningProcess(pid: pid, reactor: reactor), running.isKamailio
        else { return nil }
        return running
    }

    /// Kamailio shares a taken UDP port without a word, so that half of the calls would be lost.
    private func requireFreePorts() throws {
        let rpc = UInt16(clamping: settings.rpcPort)
        if let obstacle = FreePort.obstacle(host: settings.rpcHost, port: rpc, datagrams: false) {
            throw EdgeError(
                "\(settings.rpcHost):\(rpc) \(obstacle.rawValue), or choose another port in HEDDLE_EDGE_RPC_PORT")
        }
        for listener in settings.listeners {
            let parts = listener.split(separator: ":")
            guard parts.count >= 3, let port = UInt16(parts[parts.count - 1]) else {
                throw EdgeError("\(listener) is not a listener; write it as udp:203.0.113.5:5060 in HEDDLE_SIP_LISTEN")
            }
            let host = parts[1..<(parts.count - 1)].joined(separator: ":")
            if let obstacle = FreePort.obstacle(host: host, port: port, datagrams: parts[0] == "udp") {
                throw EdgeError("\(listener) \(obstacle.rawValue), or choose another in HEDDLE_SIP_LISTEN")
            }
        }
    }

    private func waitUntilReady(_ process: RunningProcess) async throws {
        let deadline = ContinuousClock.now + Self.startLimit
        while ContinuousClock.now < deadline {
            if await control.edgeID() == settings.id { return }
            guard process.isRunning else {
                throw EdgeError("Kamailio ended at its start; see \(settings.log): \(lastLogLines)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw EdgeError("Kamailio does not answer at \(settings.rpcURL) after 10 s; see \(settings.log)")
    }

    private var lastLogLines: String {
        let log = (try? String(contentsOfFile: settings.log, encoding: .utf8)) ?? ""  // no log is an empty log
        return log.split(separator: "\n").filter { $0.contains("ERROR") || $0.contains("CRITICAL") }.suffix(2)
            .joined(separator: "; ")
    }
}

extension RunningProcess {
    fileprivate var isKamailio: Bool { executable?.hasSuffix("/kamailio") == true }
}
