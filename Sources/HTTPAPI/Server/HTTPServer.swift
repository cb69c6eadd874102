package import Catalog
import Foundation
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
import NIOPosix
import Postgres
import ServiceLifecycle
import Services

/// The HTTP server: how heddle is, for whoever looks after it, and the API, where there is one.
///
/// It has a thread of its own for its sockets: what clients send must not keep calls waiting. When the service group
/// stops, requests that are under way are answered, and no new ones are taken.
package struct HTTPServer: Service {
    private let settings: HTTPSettings
    private let probes: HTTPProbes
    private let api: HTTPServices?
    private let known: ExposedModel?
    private let log: LogRequests?
    private let logger: Logger
    private let listening: @Sendable (Int) -> Void

    /// - Parameters:
    ///   - api: what the API works with; without it there are probes and numbers only.
    ///   - model: what the API shows of the model, if that is known; else it is read when the server begins.
    ///   - listening: hears the port once the socket is bound.
    package init(
        _ settings: HTTPSettings, probes: HTTPProbes, api: HTTPServices?, model: ExposedModel? = nil, logger: Logger,
        listening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.settings = settings
        self.probes = probes
        self.api = api
        known = model
        log = api.map { LogRequests($0.engine) }
        self.logger = logger
        self.listening = listening
    }

    /// Serves until the service group is asked to stop, or the task is cancelled.
    /// - Throws: when the address is taken.
    package func run() async throws {
        let threads = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do {
            let model = try await model()
            try await serve(application(threads, model))
            _ = try? await log?.write()  // what was asked last
        } catch {
            try? await threads.shutdownGracefully()  // that it was served matters, or why not
            throw error
        }
        try? await threads.shutdownGracefully()  // the sockets are closed by now
    }

    private func serve(_ application: some ApplicationProtocol) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await application.run()
                } catch let error as IOError {
                    throw HTTPServerError(
                        "HTTP cannot be served on \(settings.host):\(settings.port): \(error); choose another "
                            + "address in HEDDLE_HTTP, or none")
                }
            }
            group.addTask {
                try await gracefulShutdown()
                try await Task.sleep(for: settings.stopTime)
            }
            if let log { group.addTask { await write(log) } }
            if let certificate = settings.certificate {
                group.addTask { await RenewCertificate(certificate, settings, logger: logger).run() }
            }
            // Whichever ends first: the server, or the time that requests have left.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Writes down what was asked, once a second.
    private func write(_ log: LogRequests) async {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: .seconds(1))
                let lost = try await log.write()
                if lost > 0 {
                    logger.warning(
                        "\(lost) requests are not in audit.api_request_log: too many waited, or it does not take them")
                }
            } catch {
                if !Task.isCancelled { logger.warning("requests could not be written down yet: \(error)") }
            }
        }
    }

    /// What the API shows of the model; waits for the database, if it is not there yet.
    private func model() async throws -> ExposedModel {
        guard let api else { return ExposedModel(resources: [], schemas: [:]) }
        if let known { return known }
        while true {
            do {
                return try await ReadResources(api.app)()
            } catch let error as PostgresError where error.code == .unavailable {
                logger.warning("the model cannot be read yet: \(error)")
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    private func application(_ threads: any EventLoopGroup, _ model: ExposedModel) -> some ApplicationProtocol {
        let settings = settings
        var decoder = HTTP1Channel.Configuration.DecoderConfiguration()
        decoder.maxHeaderFieldSize = settings.mostHeaderBytes
        decoder.maxHeaderListSize = settings.mostHeaderBytes
        decoder.maxHeaderFieldCount = settings.mostHeaderFields
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [BodyClock(settings), AnswerClock(settings)],
            idleTimeout: TimeAmount(settings.idleTime),
            httpDecoderConfiguration: decoder)
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return Application(
            router: router(model), server: server(channel),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.host, port: settings.port),
                availableConnectionsDelegate: MaximumAvailableConnections(settings.mostConnections)),
            onServerRunning: { [listening] in listening($0.localAddress?.port ?? 0) },
            eventLoopGroupProvider: .shared(threads), logger: quiet)
    }

    /// HTTP, or nothing but HTTPS where there is a certificate.
    private func server(_ channel: HTTP1Channel.Configuration) -> HTTPServerBuilder {
        HTTPServerBuilder { [settings] responder in
            let plain = GuardedChannel(HTTP1Channel(responder: responder, configuration: channel), settings)
            guard let certificate = settings.certificate else { return plain }
            return EncryptedChannel(plain, certificate, settings)
        }
    }

    private func router(_ model: ExposedModel) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        let numbers = RequestNumbers()
        router.add(middleware: AnswerHeads())
        router.add(middleware: CompressAnswers())
        router.add(middleware: AnswerProblems(settings, numbers, logger: logger))
        Probes(probes, numbers).add(to: router)
        if let api, let log { Self.add(model, api, log, settings, logger, to: router) }
        OtherMethods.add(to: router)
        return router
    }

    private static func add(
        _ model: ExposedModel, _ api: HTTPServices, _ log: LogRequests, _ settings: HTTPSettings, _ logger: Logger,
        to router: Router<APIContext>
    ) {
        let check = CheckCaller(api.app, BearerTokens(api.ring))
        PaymentWebhooks(api, settings, logger: logger).add(to: router)
        let act = ActForAccount(api.app)
        let lasting = LastingCallers(check, act, settings)
        CDRBatches(api, check, act, lasting, log, settings, logger: logger).add(to: router)
        let group = router.group("v1").add(middleware: Authenticate(check, act)).add(middleware: NoteRequests(log))
        VerbEndpoints(api, Verbs.all, settings).add(open: router, guarded: group)
        LiveStream(api, lasting, settings).add(to: group)
        SheetImports(api, lasting, settings, logger: logger).add(to: group)
        ResourceEndpoints(api, ResourceSet(model.resources), lasting, settings).add(to: group)
        Documentation(model).add(to: router)
    }

    /// Where something is done: methods and paths.
    package static func routes(
        _ model: ExposedModel, _ api: HTTPServices
    ) -> [(method: String, path: String)] {
        let router = Router(context: APIContext.self)
        Probes(HTTPProbes(missing: { [] }, metrics: { [] }), RequestNumbers()).add(to: router)
        add(model, api, LogRequests(api.engine), HTTPSettings(directory: ""), Logger(label: "routes"), to: router)
        return router.routes.map { ($0.method.rawValue, $0.path.description) }
    }
}

/// Why HTTP cannot be served, in a sentence.
package struct HTTPServerError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
