import Foundation
package import Jobs
package import Logging
import Postgres
import Processes
package import Reactor
import SIPEdge
import Schema
import ServiceLifecycle
package import Services
import Synchronization
import Telecom
import UnixSignals

/// Heddle as it runs: everything composed, started in order, stopped in the opposite order.
package struct HeddleServer: Sendable {
    let configuration: Configuration
    let roles: Set<Configuration.Role>
    private let reactor: Reactor
    let logger: Logger

    package init(_ configuration: Configuration, roles: Set<Configuration.Role>, reactor: Reactor, logger: Logger) {
        self.configuration = configuration
        self.roles = roles
        self.reactor = reactor
        self.logger = logger
    }

    /// What is there once everything runs.
    package struct Running: Sendable {
        package let databases: Databases
        package let routing: RoutingKeeper
        package let pipeline: CDRPipeline?
    }

    /// Runs until a signal asks to stop.
    /// - Parameter ready: is called when everything runs. It cannot fail: what it does is no reason to stop serving.
    package func run(ready: @escaping @Sendable (Running) async -> Void) async throws {
        let databases = try await Databases.open(configuration, reactor: reactor) { logger.notice("\($0)") }
        do {
            try await prepare(databases)
            try await serve(databases, ready)
        } catch {
            await databases.close()
            throw error
        }
        await databases.close()
    }

    private func prepare(_ databases: Databases) async throws {
        if let warning = configuration.listeningWarning { logger.warning("\(warning)") }
        let applied = try await databases.migration().run { event in
            switch event {
            case .waits: logger.info("another program migrates the database; waiting for its end")
            case .applies(let migration): logger.info("migrating: \(migration.file)")
            }
        }
        if !applied.isEmpty { logger.info("the database is at migration \(applied.last?.number ?? 0)") }
        try await databases.requireAllRows()
        try await databases.owner.run("select core.create_monthly_partitions()")
    }

    private func serve(_ databases: Databases, _ ready: @escaping @Sendable (Running) async -> Void) async throws {
        let secrets = try await SecretKeeper(configuration, logger: logger)
        let webhooks = try configuration.sendWebhook(secrets.ring)
        let routing = RoutingKeeper(
            databases.engine, listening: databases.direct, secrets: secrets.routing,
            loader: Reactor(name: "routing", isPrompt: false))
        try await routing.refresh()
        let calls = OpenCalls(databases.engine)
        let porting = FindPorting(databases.engine)
        let edge = EdgeProcess(configuration.edge, reactor: reactor, logger: logger)
        let pipeline = makePipeline(databases, edge)
        let running = Running(databases: databases, routing: routing, pipeline: pipeline)

        var services: [any Service] = []
        if let embedded = databases.embedded {
            services.append(Loop { await embedded.keepRunning { logger.error("\($0)") } })
        }
        services.append(
            Loop {
                await calls.run()
            } last: {
                await calls.finish()
            })
        services.append(Loop { await FreeMemory.keepLow() })
        services.append(Loop { await porting.run() })
        services.append(Loop { await routing.run { report($0, edge) } })
        services += keepers(databases, webhooks, secrets.ring)
        if let pipeline {
            // The last import comes after the edge has ended, and so do the CDRs of the calls that ended with it.
            services.append(
                Loop {
                    await pipeline.run()
                } last: {
                    await pipeline.finish()
                })
        }
        let failure = Failure()
        let routers = roles.contains(.router) ? try makeRouters(routing, calls, porting, secrets) : []
        let routersListen = Barrier(routers.count)
        // The edge starts last: when it runs, everything does.
        let everythingRuns = roles.contains(.edge) ? Barrier(1) : routersListen
        let httpListens = Barrier(configuration.httpAddress(of: roles) == nil ? 0 : 1)
        services += try await httpService(running, routers, secrets.ring, failure, httpListens)
        for (server, address) in zip(routers, configuration.routerListeners) {
            services.append(
                Loop(failure) {
                    try await server.run { _ in
                        logger.info("the router listens on \(address)")
                        routersListen.arrive()
                    }
                })
        }
        if roles.contains(.edge) {
            services.append(try edgeService(edge, databases, routing, failure, after: routersListen, everythingRuns))
        }
        services.append(
            Loop {
                try await everythingRuns.wait()
                try await httpListens.wait()
                await ready(running)
            })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .ignore,
                        failureTerminationBehavior: .gracefullyShutdownGroup)
                }, gracefulShutdownSignals: [.sigint, .sigterm], logger: logger))
        try await group.run()
    }

    /// The edge, with what keeps its part of limits and what hangs up calls as asked.
    private func edgeService(
        _ edge: EdgeProcess, _ databases: Databases, _ routing: RoutingKeeper, _ failure: Failure,
        after routersListen: Barrier, _ everythingRuns: Barrier
    ) throws -> Loop {
        let file = try ClaimFile(configuration.edge)
        let shares = ShareKeeper(
            ShareBook(databases.engine, edge: configuration.edgeID, claim: file.claim), holder: edge.control,
            logger: logger, remember: { await edge.remember($0) })
        let ender = CallEnder(databases.engine, edge: configuration.edgeID, logger: logger) {
            try await edge.control.hangUp($0)
        }
        return Loop {
            try await routersListen.wait()
            if let plan = routing.data?.emergencyPlan { await edge.apply(plan) }
            try await shares.prepare()
            try await edge.start()
            everythingRuns.arrive()
            async let keeping: Void = shares.run()
            async let ending: Void = ender.run()
            await edge.keepRunning()
            await keeping
            await ending
        } last: {
            // Calls in progress outlive a fault of ours: the next heddle adopts the edge.
            if !failure.happened { await edge.stop() }
            if await edge.hasEnded { await shares.retire() }
            withExtendedLifetime(file) {}  // until here the directory is this process's
        }
    }

    /// What looks after the database.
    private func keepers(_ databases: Databases, _ webhooks: SendWebhook, _ ring: KeyRing) -> [any Service] {
        let engine = databases.engine
        let partitions = Loop { await PartitionKeeper(engine, logger: logger).run() }
        guard roles.contains(.worker) else { return [partitions] }
        let archive = configuration.archiveDirectory.map { directory in
            Loop { await ArchiveKeeper(engine, directory: directory, reactor: reactor, logger: logger).run() }
        }
        return [
            partitions,
            Loop { await AuditSealer(engine, logger: logger).run() },
            Loop { await ReportKeeper(engine, logger: logger).run() },
            Loop { await CarrierKeeper(engine, logger: logger).run() },
            Loop { await CallWatcher(engine, logger: logger).run() },
            Loop { await MessageBiller(engine, logger: logger).run() },
            Loop { await PoolKeeper(engine, logger: logger).run() },
            Loop { await SumWatcher(engine, logger: logger).run() },
            Loop { await HouseKeeper(engine, logger: logger).run() },
            Loop { await VendorKeeper(engine, logger: logger).run() },
            Loop { await WebhookSender(engine, webhooks, logger: logger).run() },
        ] + [archive, mailSender(databases, ring)].compactMap(\.self)
    }

    /// What sends mail, where it is said how.
    private func mailSender(_ databases: Databases, _ ring: KeyRing) -> Loop? {
        guard let settings = configuration.mail else {
            logger.notice(
                "HEDDLE_MAIL is not set: mail waits, invoices for three days, links for passwords while they are good"
            )
            return nil
        }
        let resolve = ResolveSecret(environment: configuration.environment)
        return Loop {
            let sender = MailSender(logger: logger) { report in
                DeliverMail(
                    databases.engine, app: databases.app, settings, ring: ring, resolve: resolve, reactor: reactor,
                    report: report)
            }
            await sender.run()
        }
    }

    private func makePipeline(_ databases: Databases, _ edge: EdgeProcess) -> CDRPipeline? {
        guard !roles.isDisjoint(with: [.edge, .worker]) else { return nil }
        let here = CDRPipeline.Edge(
            id: configuration.edgeID,
            importSpool: ImportSpool(databases.engine, directory: configuration.edgeDirectory) {
                try await edge.rotateFiles()
            },
            liveCalls: { await edge.liveCalls() })
        return CDRPipeline(
            edge: roles.contains(.edge) ? here : nil, rateCalls: RateCalls(databases.engine),
            closeLostCalls: CloseLostCalls(databases.engine), closesAbandoned: roles.contains(.worker), logger: logger)
    }

    private func makeRouters(
        _ routing: RoutingKeeper, _ calls: OpenCalls, _ porting: FindPorting, _ secrets: SecretKeeper
    ) throws -> [RouterServer] {
        var settings = Router.Settings(nonceSecret: secrets.nonceSecret)
        settings.edges = Set(configuration.edges)
        settings.realm = configuration.realm
        settings.digestAlgorithms = configuration.digestAlgorithms
        settings.digestListeners = configuration.digestListeners
        return try configuration.routerListeners.compactMap { Configuration.address($0) }.map { address in
            try RouterServer(
                host: address.host, port: address.port,
                router: Router(settings, routing: routing, calls: calls, porting: porting, logger: logger),
                logger: logger)
        }
    }

    private func report(_ event: RoutingKeeper.Event, _ edge: EdgeProcess) {
        switch event {
        case .loaded(let data):
            logger.info("routing data, version \(data.version)")
            for problem in data.snapshot.problems {
                logger.warning("routing data: \(problem)")
            }
            let plan = data.emergencyPlan
            Task { await edge.apply(plan) }
        case .failed(let error):
            logger.warning("routing data could not be read, what is known stays in use: \(error)")
        case .notListening(let error):
            logger.warning("changes of routing data are not announced but looked for every few seconds: \(error)")
        }
    }
}

/// A part of heddle as a service: it works until it is asked to stop, and may have a last thing to do.
private struct Loop: Service {
    let work: @Sendable () async throws -> Void
    let last: @Sendable () async -> Void
    let failure: Failure?

    /// - Parameter failure: hears when the work fails, where that is a fault of the running system.
    init(
        _ failure: Failure? = nil, _ work: @escaping @Sendable () async throws -> Void,
        last: @escaping @Sendable () async -> Void = {}
    ) {
        self.failure = failure
        self.work = work
        self.last = last
    }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await work() }
        } catch is CancellationError {
            // Asked to stop: what follows is the orderly end.
        } catch {
            failure?.note()
            await last()
            throw error
        }
        await last()
    }
}

/// Whether heddle stops because a part of it failed, and not because somebody asked.
final class Failure: Sendable {
    private let state = Mutex(false)
    var happened: Bool { state.withLock(\.self) }
    func note() { state.withLock { $0 = true } }
}

/// Lets one task wait until others have arrived.
final class Barrier: Sendable {
    private let missing: Mutex<Int>
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init(_ count: Int) {
        missing = Mutex(count)
        (stream, continuation) = AsyncStream.makeStream()
        if count <= 0 { continuation.finish() }
    }

    func arrive() {
        let isLast = missing.withLock { missing in
            missing -= 1
            return missing <= 0
        }
        if isLast { continuation.finish() }
    }

    /// - Throws: `CancellationError`.
    func wait() async throws {
        for await _ in stream {}  // ends when all have arrived, and when the task is cancelled
        try Task.checkCancellation()
    }
}
