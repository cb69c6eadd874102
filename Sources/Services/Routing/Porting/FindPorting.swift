package import Foundation
package import Postgres
import Synchronization
package import Telecom

/// Finds out whether the numbers of a call are ported: in memory, in `routing.lrn_dips`, or by asking a service. A call
/// waits for all of that no longer than `PortingService.longestWait`; then it is routed by the number dialled.
///
/// Calls that want the same number at the same time share one question. What was answered is written behind the call.
package final class FindPorting: Sendable {
    private let database: Database
    private let cache: PortingCache
    private let keep: KeepDips
    private let keepHealth: KeepHealth
    private let state = Mutex(State())

    private let limits: Limits

    /// What bounds the questions.
    struct Limits: Sendable {
        /// For all that is asked for a number.
        var wait = PortingService.longestWait
        /// For the look into the database, as a part of it.
        var stored = Duration.milliseconds(50)
        /// Questions that may be under way; a call that would need one more goes without.
        var questions = 512
        /// Between two looks at whether the health of a service is worth writing.
        var look = Duration.seconds(5)
    }

    private typealias Waiting = CheckedContinuation<NumberPorting, Never>

    private struct State {
        /// The questions under way, each with the calls that wait for the one who asks.
        var underWay: [PortingCache.Key: [Waiting]] = [:]
        var services: [TenantKey: Live] = [:]
    }

    /// A service with what is known of its health. One that was left down is tried with one question.
    private struct Live {
        let service: PortingService
        var breaker: PortingBreaker
        var health = ServiceHealth()

        init(service: PortingService) {
            self.service = service
            breaker = PortingBreaker(isOpen: service.wasDown)
        }
    }

    /// - Parameter database: as the engine.
    package convenience init(_ database: Database) { self.init(database, limits: Limits()) }

    init(_ database: Database, limits: Limits) {
        self.database = database
        self.limits = limits
        cache = PortingCache()
        keep = KeepDips(database)
        keepHealth = KeepHealth(database)
    }

    /// Writes answers, and how services do, until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keep.run() }
            group.addTask { await self.runHealth() }
        }
    }

    private func runHealth() async {
        var waiting: [TenantKey: ServiceHealth.Report] = [:]
        while !Task.isCancelled {
            for (service, report) in healthReports(at: Date()) { waiting[service] = report }
            if await keepHealth.store(waiting.map { ($0.key, $0.value) }) { waiting = [:] }
            try? await Task.sleep(for: limits.look)  // a cancelled sleep ends the loop
        }
    }

    private func healthReports(at now: Date) -> [(TenantKey, ServiceHealth.Report)] {
        state.withLock { state in
            state.services.keys.compactMap { key in
                state.services[key]?.health.report(at: now).map { (key, $0) }
            }
        }
    }

    /// Writes what was answered, now, for who does not run it.
    package func store() async { await keep.store() }

    /// What is known of the called number of a call, and of the caller's if that is asked for.
    /// - Parameter services: those of the operators, by tenant.
    package func callAsFunction(
        _ decision: Decision, _ services: [UUID: [PortingService]]
    ) async -> (called: NumberPorting?, caller: (number: E164, porting: NumberPorting)?) {
        guard let tenant = decision.tenantID, let called = decision.called else { return (nil, nil) }
        let services = services[tenant] ?? []
        guard let caller = decision.callerNumber, Self.canBePorted(caller), services.first?.asksForCaller ?? false
        else { return (await find(called, tenant, services), nil) }
        let now = Date().timeIntervalSince1970
        if let known = cache.porting(PortingCache.Key(tenant: tenant, number: caller), at: now) {
            return (await find(called, tenant, services), (caller, known))
        }
        async let theirs = find(caller, tenant, services)
        let its = await find(called, tenant, services)
        return (its, (caller, await theirs))
    }

    /// Calls that wait for what another one asked.
    var waitingCount: Int { state.withLock { $0.underWay.values.reduce(0) { $0 + $1.count } } }

    private static func canBePorted(_ number: E164) -> Bool {
        number.isNANP && NorthAmerica.use(ofAreaCode: NorthAmerica.areaCode(of: number)) == .geographic
    }

    private enum Turn { case asks, waits, goesWithout }

    func find(_ number: E164, _ tenant: UUID, _ services: [PortingService]) async -> NumberPorting {
        let key = PortingCache.Key(tenant: tenant, number: number)
        if let known = cache.porting(key, at: Date().timeIntervalSince1970) { return known }
        let turn = state.withLock { state -> Turn in
            if state.underWay[key] != nil { return .waits }
            guard state.underWay.count < limits.questions else { return .goesWithout }
            state.underWay[key] = []
            return .asks
        }
        switch turn {
        case .goesWithout: return .unknown(.failed)
        case .waits: return await wait(for: key)
        case .asks:
            let found = await ask(key, services)
            let waiting = state.withLock { $0.underWay.removeValue(forKey: key) ?? [] }
            for call in waiting { call.resume(returning: found) }
            return found
        }
    }

    private func wait(for key: PortingCache.Key) async -> NumberPorting {
        await withCheckedContinuation { call in
            let isUnderWay = state.withLock { state in
                guard state.underWay[key] != nil else { return false }
                state.underWay[key]?.append(call)
                return true
            }
            // Answered in this moment.
            if !isUnderWay {
                call.resume(returning: cache.porting(key, at: Date().timeIntervalSince1970) ?? .unknown(.failed))
            }
        }
    }

    private func ask(_ key: PortingCache.Key, _ services: [PortingService]) async -> NumberPorting {
        let deadline = ContinuousClock.now + limits.wait
        if let stored = await stored(key) { return stored }
        var failure = NumberPorting.Source.failed
        for service in services {
            let limit = min(service.timeout, deadline - .now)
            guard limit > .zero, admits(service) else { continue }
            do throws(PortingFailure) {
                let answer = try await Self.within(limit) { [plugin = plugin(of: service, limit)] in
                    try await plugin.ask(key.number)
                }
                note(service, failure: nil)
                let now = Date()
                let expires = now.addingTimeInterval(service.lifetimeSeconds)
                cache.store(answer.porting(.dip), key, until: expires.timeIntervalSince1970)
                keep.note(KeepDips.Dip(key: key, answer: answer, service: service.key.id, at: now, expires: expires))
                return answer.porting(.dip)
            } catch {
                note(service, failure: error)
                if error == .timedOut { failure = .timeout }
            }
        }
        return .unknown(failure)
    }

    /// An answer that another router, or this one before it was started, has got.
    private func stored(_ key: PortingCache.Key) async -> NumberPorting? {
        let row = try? await database.run(
            """
            select is_ported, lrn, expires_at from routing.lrn_dips
             where tenant_id = \(key.tenant) and number = \(key.number.description) and expires_at > now()
            """, deadline: limits.stored
        ).decode(Bool?.self, String?.self, Date.self).first  // without the database the service is asked
        guard let row else { return nil }
        var porting = row.0 == false ? NumberPorting.notPorted(.cache) : .unknown(.cache)
        if let lrn = row.1.flatMap({ E164($0) }), let ported = NumberPorting(routingNumber: lrn, .cache) {
            porting = ported
        }
        cache.store(porting, key, until: row.2.timeIntervalSince1970)
        return porting
    }

    // MARK: Services

    private func plugin(of service: PortingService, _ limit: Duration) -> any PortingPlugin {
        switch service.plugin {
        case .http(let settings): AskHTTP(settings: settings, secret: service.secret)
        case .redirect(let host, let port): AskRedirect(host: host, port: port)
        case .table: AskTable(database: database, tenant: service.key.tenantID, limit: limit)
        }
    }

    private func admits(_ service: PortingService) -> Bool {
        state.withLock { state in
            var live =
                state.services[service.key].flatMap { $0.service.isSame(as: service) ? $0 : nil }
                ?? Live(service: service)
            let admits = live.breaker.admits(
                at: Date().timeIntervalSince1970, atMostPerSecond: service.requestsPerSecond)
            state.services[service.key] = live
            return admits
        }
    }

    private func note(_ service: PortingService, failure: PortingFailure?) {
        let now = Date()
        state.withLock { state in
            if let failure {
                state.services[service.key]?.breaker.failed(at: now.timeIntervalSince1970)
                state.services[service.key]?.health.failed(failure, at: now)
            } else {
                state.services[service.key]?.breaker.succeeded()
                state.services[service.key]?.health.answered(at: now)
            }
        }
    }

    private static func within(
        _ limit: Duration, _ ask: @escaping @Sendable @concurrent () async throws -> PortingAnswer
    ) async throws(PortingFailure) -> PortingAnswer {
        do {
            return try await withThrowingTaskGroup(of: PortingAnswer.self) { group in
                group.addTask {
                    try await Task.sleep(for: limit)
                    throw PortingFailure.timedOut
                }
                group.addTask(operation: ask)
                defer { group.cancelAll() }
                guard let answer = try await group.next() else { throw PortingFailure.timedOut }
                return answer
            }
        } catch let failure as PortingFailure {
            throw failure
        } catch {
            throw .unusable("\(error)")
        }
    }
}
