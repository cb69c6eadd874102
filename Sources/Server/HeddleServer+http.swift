import HTTPAPI
import Logging
import Postgres
import SIPEdge
import ServiceLifecycle
import Services

extension HeddleServer {
    /// The HTTP server, where this process has one.
    /// - Parameters:
    ///   - ring: seals what it keeps for others.
    ///   - failure: hears when it fails: calls go on then.
    ///   - listens: hears when it listens.
    /// - Throws: `ConfigurationError` when nobody could be served with its certificate.
    func httpService(
        _ running: Running, _ routers: [RouterServer], _ ring: KeyRing, _ failure: Failure, _ listens: Barrier
    ) async throws -> [any Service] {
        guard let address = configuration.httpAddress(of: roles) else { return [] }
        var settings = HTTPSettings(directory: "\(configuration.dataDirectory)/http")
        settings.host = address.host
        settings.port = address.port
        settings.certificate = try await configuration.servedCertificate()
        settings.mostConnections = OpenFiles.connections(configuration.httpConnections, logger: logger)
        settings.proxies = configuration.httpProxies
        settings.origins = configuration.httpOrigins
        let databases = running.databases
        let metrics = ReadMetrics(
            databases: databases, routing: running.routing, pipeline: running.pipeline, routers: routers,
            spool: roles.contains(.edge) ? MeasureSpool(directory: configuration.edgeDirectory) : nil)
        let probes = HTTPProbes(
            missing: { [routing = running.routing] in
                var missing: [String] = []
                if routing.data == nil { missing.append("routing data are not loaded") }
                do {
                    try await databases.engine.run("select 1", deadline: .seconds(3))
                } catch {
                    missing.append("the database does not answer")
                }
                return missing
            },
            metrics: { await metrics() })
        let services = HTTPServices(
            app: databases.app, engine: databases.work,
            resolve: ResolveSecret(environment: configuration.environment), ring: ring)
        let logger = logger
        let name = configuration.httpScheme.uppercased()
        let server = HTTPServer(
            settings, probes: probes, api: roles.contains(.api) ? services : nil, logger: logger,
            listening: { port in
                logger.info("\(name) is served on \(address.host):\(port)")
                listens.arrive()
            })
        return [NotedService(service: server, failure: failure)]
    }
}

/// A service whose failure is a fault of the running system.
private struct NotedService: Service {
    let service: any Service
    let failure: Failure

    func run() async throws {
        do {
            try await service.run()
        } catch {
            failure.note()
            throw error
        }
    }
}
