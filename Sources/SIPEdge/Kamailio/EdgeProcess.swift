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
    private var plan: RoutingData.EmergencyPlan?
    package nonisolated let control: EdgeControl

    private static let startLimit = Duration.seconds(10)
    /// How long calls get for their goodbyes.
    private static let hangUpLimit = Duration.seconds(5)

    package init(_ settings: EdgeSettings, reactor: Reactor, logger: Logger) {
        self.settings = settings
        self.reactor = reactor
        self.logger = logger
        control = EdgeControl(settings)
    }

    /// Adopts the edge that runs, or starts one.
    /// - Throws: `EdgeError`: Kamailio is missing, a port is taken, the configuration is refused.
    package func start() async throws {
        try EdgeFiles(settings: settings).prepare()
        try EdgeFiles(settings: settings).write(plan)
        if let running = await findRunning() {
            process = running
            logger.info("adopted the running SIP edge (process \(running.pid))")
            if let plan { try await tell(plan) } else { try await control.reloadDispatcher() }
            return
        }
        try requireFreePorts()
        guard let path = Self.programs.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else {
            throw EdgeError("Kamailio is not installed; run `make setup`")
        }
        let started = try await Starter(reactor: reactor).start(
            Program(
                path: path, arguments: settings.arguments, directory: settings.directory,
                output: .file(settings.log), lifetime: .outlivesParent))
        process = started
        try await waitUntilReady(started)
        logger.info("started the SIP edge on \(settings.listeners.joined(separator: ", ")) (process \(started.pid))")
    }

    /// Starts it again when it ended by itself, until the task is cancelled.
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
            }
        }
    }

    /// Ends it in order: the calls in progress are hung up on both sides and leave their CDRs, then the process ends.
    package func stop() async {
        guard let process else { return }
        if process.isRunning { await hangUp() }
        await process.stop(signal: SIGTERM, grace: .seconds(10))
        self.process = nil
    }

    private func hangUp() async {
        let deadline = ContinuousClock.now + Self.hangUpLimit
        // An edge that does not answer is ended without its calls' consent.
        while ContinuousClock.now < deadline, let calls = try? await control.dialogs(), !calls.isEmpty {
            for call in calls { try? await control.end(call) }  // a call that ended meanwhile is refused
            try? await Task.sleep(for: .milliseconds(200))  // a cancelled sleep only asks sooner
        }
    }

    package var isRunning: Bool { process?.isRunning ?? false }

    package var pid: Int32? { process?.pid }

    /// Tells the edge what it must know when no router answers, in its files and in its memory.
    package func apply(_ new: RoutingData.EmergencyPlan) async {
        guard new != plan else { return }
        plan = new
        guard isRunning else { return }  // the start writes the files
        do {
            try EdgeFiles(settings: settings).write(new)
            try await tell(new)
        } catch {
            logger.warning("the edge was not told the emergency routes: \(error)")
            plan = nil  // and is told again with the next version
        }
    }

    private func tell(_ plan: RoutingData.EmergencyPlan) async throws {
        try await control.reloadDispatcher()
        for code in plan.codes { try await control.set("emergency_codes", code, "1") }
        for (key, networks) in EdgeFiles.networks(plan) {
            try await control.set("networks", key, networks.joined(separator: ","))
        }
    }

    /// Has the edge write its CDRs to new files.
    ///
    /// An edge that an earlier program left behind writes as well, before it is adopted: nobody may take its files
    /// without its knowledge.
    /// - Returns: `false` when no edge runs that could write.
    /// - Throws: when one runs and does not listen.
    package func rotateFiles() async throws -> Bool {
        guard isRunning || recorded != nil else { return false }
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
            let running = RunningProcess(pid: pid, reactor: reactor),
            running.executable?.hasSuffix("/kamailio") == true
        else { return nil }
        return running
    }

    /// Kamailio shares a taken UDP port without a word, so that half of the calls would be lost.
    private func requireFreePorts() throws {
        for listener in settings.listeners {
            let parts = listener.split(separator: ":")
            guard parts.count >= 3, let port = UInt16(parts[parts.count - 1]) else {
                throw EdgeError("\(listener) is not a listener; write it as udp:203.0.113.5:5060 in HEDDLE_SIP_LISTEN")
            }
            let host = parts[1..<(parts.count - 1)].joined(separator: ":")
            guard FreePort.isFree(host: host, port: port, datagrams: parts[0] == "udp") else {
                throw EdgeError(
                    "\(listener) is taken by another program; end it, or choose another in HEDDLE_SIP_LISTEN")
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
