import Foundation
import Postgres
import Telecom

/// A service that is asked for the porting of numbers: a row of `vendor_mgmt.service_providers` of the kind `lrn`.
package struct PortingService: Sendable {
    let key: TenantKey
    let plugin: Plugin
    /// For one question.
    var timeout: Duration
    let requestsPerSecond: Int?
    /// How long an answer holds.
    let lifetimeSeconds: Double
    /// Whether callers' numbers are asked for too.
    let asksForCaller: Bool
    let secretReference: String?
    var secret: Secret?
    /// Whether it was down when its row was read.
    var wasDown = false

    /// The program that speaks to it, with its settings.
    enum Plugin: Sendable, Hashable {
        case http(AskHTTP.Settings)
        /// An address and a port.
        case redirect(host: String, port: Int)
        /// `routing.ported_numbers`.
        case table
    }

    /// The settings that every plugin has, and those of the redirect server.
    private struct SharedSettings: Decodable {
        var ttl_s: Double?
        var asks_for_caller: Bool?
        var host: String?
        var port: Int?
    }

    /// - Throws: `PortingFailure` with what is wrong with the settings.
    init(
        _ key: TenantKey, plugin: String, config: String, secretReference: String? = nil,
        timeout: Duration = PortingService.longestWait, requestsPerSecond: Int? = nil
    ) throws(PortingFailure) {
        self.key = key
        self.secretReference = secretReference
        self.timeout = min(timeout, Self.longestWait)
        self.requestsPerSecond = requestsPerSecond
        let json = Data(config.utf8)
        guard let shared = try? JSONDecoder().decode(SharedSettings.self, from: json) else {
            throw .unusable("its config has a value of the wrong type")
        }
        lifetimeSeconds = min(max(shared.ttl_s ?? Self.usualLifetime, 60), Self.longestLifetime)
        asksForCaller = shared.asks_for_caller ?? true
        switch plugin {
        case "http": self.plugin = .http(try AskHTTP.Settings(json))
        case "sip_redirect":
            let port = shared.port ?? 5060
            guard let host = shared.host, IPAddress(host) != nil, (1...65_535).contains(port) else {
                throw .unusable("its config needs host, an address, and a port")
            }
            self.plugin = .redirect(host: host, port: port)
        case "table": self.plugin = .table
        default: throw .unusable("no plugin for porting is called \(plugin); there are http, sip_redirect and table")
        }
    }

    /// What a call waits for all that is asked: the edge gives the router half a second, and the money needs its part.
    package static let longestWait = Duration.milliseconds(150)
    /// The shortest that contracts with such services allow is a day, the longest a quarter of a year.
    private static let usualLifetime = 86_400.0
    private static let longestLifetime = 92 * 86_400.0

    /// Whether it is asked in the same way.
    func isSame(as other: PortingService) -> Bool {
        key == other.key && plugin == other.plugin && requestsPerSecond == other.requestsPerSecond
            && secret?.bytes == other.secret?.bytes
    }
}

extension PortingService {
    /// The services of each tenant, in the order in which they are asked. One that is down keeps its place: the breaker
    /// passes it over, and finds out when it is back.
    /// - Parameter report: hears of each that cannot be used, and why.
    static func read(
        _ session: Connection, report: @Sendable (String) -> Void
    ) async throws -> [UUID: [PortingService]] {
        let rows = try await session.run(
            """
            select tenant_id, id, plugin, config, secret_ref, timeout_ms, requests_per_s, health = 'down'
              from vendor_mgmt.service_providers where kind = 'lrn' and status = 'active'
             order by tenant_id, priority, id
            """)
        var services: [UUID: [PortingService]] = [:]
        for (tenant, id, plugin, config, secret, timeout, rate, isDown) in try rows.decode(
            UUID.self, UUID.self, String.self, JSONText.self, String?.self, Int.self, Int?.self, Bool.self)
        {
            do throws(PortingFailure) {
                var service = try PortingService(
                    TenantKey(tenant, id), plugin: plugin, config: config.text, secretReference: secret,
                    timeout: .milliseconds(timeout), requestsPerSecond: rate)
                service.wasDown = isDown
                services[tenant, default: []].append(service)
            } catch {
                report("the service \(id.text) is not asked for the porting of numbers: \(error)")
            }
        }
        return services
    }
}
