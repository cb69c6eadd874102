import Deploy
import Foundation
import Postgres
import Processes
package import Reactor
import SIPEdge
package import Services
package import Telecom

/// Places one real call through the edge: SIPp calls, SIPp's carriers ring and answer.
package struct Demonstration: Sendable {
    private let configuration: Configuration
    private let reactor: Reactor

    package init(_ configuration: Configuration, reactor: Reactor) {
        self.configuration = configuration
        self.reactor = reactor
    }

    private static let ringMilliseconds = 800
    private static let talkMilliseconds = 3_200

    /// What the call came to.
    package struct Outcome: Sendable {
        package let story: CallStory
        package let balanceBefore: MoneySum
        package let balanceAfter: MoneySum
    }

    /// Makes the demonstration operator, or brings its addresses up to date.
    /// - Parameter addresses: of the parties that are not where they usually are, as `host:port`.
    package func seed(
        _ databases: Databases, secrets: SecretKeeper, addresses: [DemoParty: String] = [:]
    ) async throws {
        var settings = SeedDemo.Settings()
        settings.addresses = addresses
        settings.login = try secrets.demoLogin(realm: configuration.realm, password: "juniper-demo")
        settings.webhook = try secrets.demoWebhook(secret: "load-board-demo")
        try await SeedDemo(databases.owner)(settings)
    }

    /// Places the call, and waits until it is rated.
    /// - Parameter edgeLimit: how long the edge may take to answer, where it is being started.
    /// - Throws: `DemonstrationError` when SIPp is missing, the call fails, or no CDR comes.
    package func placeCall(
        _ databases: Databases, waitingForEdge edgeLimit: Duration = .zero
    ) async throws -> Outcome {
        let before = try await balance(databases)
        try await requireEdge(edgeLimit)
        let callID = "demo-\(UUID().text)"
        let parties = try await DemoParty.addresses(in: databases.engine)
        let carriers = try await startCarriers(parties)
        do {
            let start = Date()
            try await dial(callID, from: parties)
            let story = try await story(databases, callID, since: start)
            await stop(carriers)
            return Outcome(story: story, balanceBefore: before, balanceAfter: try await balance(databases))
        } catch {
            await stop(carriers)
            throw error
        }
    }

    private func requireEdge(_ limit: Duration) async throws {
        let control = EdgeControl(configuration.edge)
        let deadline = ContinuousClock.now + limit
        while await control.edgeID() == nil {
            guard ContinuousClock.now < deadline else {
                throw DemonstrationError(
                    "no SIP edge answers on this machine; run `heddle serve` in another terminal first")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private func balance(_ databases: Databases) async throws -> MoneySum {
        let balances = try await ReadBalances(databases.engine, tenant: SeedDemo.tenant)(
            search: SeedDemo.customerAccount.text)
        guard let balance = balances.first else {
            throw DemonstrationError("the demonstration operator is not there; run `heddle seed demo` first")
        }
        return balance.available + balance.held
    }

    private typealias Addresses = [DemoParty: (host: String, port: Int)]

    private func startCarriers(_ parties: Addresses) async throws -> [RunningProcess] {
        var carriers: [RunningProcess] = []
        do {
            for party in DemoParty.carriers {
                let (host, port) = try Self.address(of: party, in: parties)
                carriers.append(
                    try await sipp([
                        "-sf", Deploy.demoCarrier, "-i", host, "-p", String(port), "-d",
                        String(Self.ringMilliseconds), "-timeout", "60s",
                    ]))
            }
            // SIPp has no sign of being ready; it listens within a few milliseconds, and the edge asks again after 500.
            try await Task.sleep(for: .milliseconds(300))
            for (carrier, party) in zip(carriers, DemoParty.carriers) where !carrier.isRunning {
                let (host, port) = try Self.address(of: party, in: parties)
                throw DemonstrationError(
                    "SIPp could not listen at \(host):\(port) for \(party.rawValue): is the port taken, is the address "
                        + "one of this machine's? See \(log)")
            }
            return carriers
        } catch {
            await stop(carriers)
            throw error
        }
    }

    private func dial(_ callID: String, from parties: Addresses) async throws {
        let (host, port) = try Self.address(of: .customer, in: parties)
        guard let listener = configuration.sipListeners.first(where: { $0.hasPrefix("udp:") }) else {
            throw DemonstrationError("the edge has no UDP listener in HEDDLE_SIP_LISTEN")
        }
        let caller = try await sipp([
            "-sf", Deploy.demoCaller, "-i", host, "-p", String(port), "-s", SeedDemo.called, "-key", "caller",
            SeedDemo.caller, "-d", String(Self.talkMilliseconds), "-cid_str", "\(callID)-%u", "-m", "1",
            "-timeout", "30s", "-timeout_error", "-recv_timeout", "15000", String(listener.dropFirst("udp:".count)),
        ])
        guard await caller.waitForExit(atMost: .seconds(40)), caller.exitCode == 0 else {
            throw DemonstrationError("the call failed; see \(log)")
        }
    }

    private func story(_ databases: Databases, _ callID: String, since start: Date) async throws -> CallStory {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let tell = TellCall(databases.engine, tenant: SeedDemo.tenant)
            // The edge's clock may differ a little.
            if let story = try await tell(callIDPrefix: callID, since: start - 60) { return story }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw DemonstrationError("no CDR of the call came within 20 s; look at `heddle status`")
    }

    private func sipp(_ arguments: [String]) async throws -> RunningProcess {
        guard
            let path = ["/usr/bin/sipp", "/usr/local/bin/sipp"].first(where: {
                FileManager.default.isExecutableFile(atPath: $0)
            })
        else { throw DemonstrationError("SIPp is not installed; run `make setup`") }
        return try await Starter(reactor: reactor).start(
            Program(
                path: path, arguments: arguments + ["-nostdin"],
                environment: ["PATH": "/usr/bin:/bin", "TERM": "dumb", "HOME": "/tmp"], directory: "/tmp",
                output: .file(log), lifetime: .endsWithParent(signal: SIGKILL)))
    }

    private var log: String { "\(configuration.dataDirectory)/demo-sipp.log" }

    private func stop(_ carriers: [RunningProcess]) async {
        for carrier in carriers { await carrier.stop(signal: SIGKILL) }
    }

    private static func address(of party: DemoParty, in parties: Addresses) throws -> (host: String, port: Int) {
        guard let address = parties[party] else {
            throw DemonstrationError("\(party.rawValue) has no host and port; run `heddle seed demo` again")
        }
        return address
    }
}

/// Why the demonstration could not be given.
package struct DemonstrationError: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
