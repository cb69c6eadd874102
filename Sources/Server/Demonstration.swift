import Deploy
import Foundation
import Postgres
import Processes
package import Reactor
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

    /// Where the parties are; the seed's names.
    package static let addresses = [
        "carrier_a": "127.0.0.2:5070", "carrier_b": "127.0.0.3:5070", "carrier_c": "127.0.0.4:5070",
        "emergency_a": "127.0.0.5:5070", "emergency_b": "127.0.0.6:5070", "customer": "127.0.0.9:5091",
        "digest_customer": "127.0.0.12:5091",
    ]

    private static let ringMilliseconds = 800
    private static let talkMilliseconds = 3_200

    /// What the call came to.
    package struct Outcome: Sendable {
        package let story: CallStory
        package let balanceBefore: Money
        package let balanceAfter: Money
    }

    /// Makes the demonstration operator, or brings its addresses up to date.
    package func seed(_ databases: Databases, secrets: SecretKeeper) async throws {
        var settings = SeedDemo.Settings()
        settings.addresses = Self.addresses
        settings.login = try secrets.demoLogin(realm: configuration.realm, password: "juniper-demo")
        try await SeedDemo(databases.owner)(settings)
    }

    /// Places the call, and waits until it is rated.
    /// - Throws: `DemonstrationError` when SIPp is missing, the call fails, or no CDR comes.
    package func placeCall(_ databases: Databases) async throws -> Outcome {
        let before = try await balance(databases)
        let callID = "demo-\(UUID().text)"
        let carriers = try await startCarriers()
        do {
            try await dial(callID)
        } catch {
            await stop(carriers)
            throw error
        }
        let story = try await story(databases, callID)
        await stop(carriers)
        return Outcome(story: story, balanceBefore: before, balanceAfter: try await balance(databases))
    }

    private func balance(_ databases: Databases) async throws -> Money {
        let balances = try await ReadBalances(databases.engine)(search: SeedDemo.customerAccount.text)
        guard let balance = balances.first else {
            throw DemonstrationError("the demonstration operator is not there; run `heddle seed demo` first")
        }
        return balance.available + balance.held
    }

    private func startCarriers() async throws -> [RunningProcess] {
        var carriers: [RunningProcess] = []
        for name in ["carrier_a", "carrier_b", "carrier_c"] {
            let (host, port) = try Self.address(name)
            carriers.append(
                try await sipp([
                    "-sf", Deploy.demoCarrier, "-i", host, "-p", String(port), "-d", String(Self.ringMilliseconds),
                    "-timeout", "60s",
                ]))
        }
        // SIPp has no sign of being ready; it listens within a few milliseconds, and the edge asks again after 500.
        try await Task.sleep(for: .milliseconds(300))
        for (carrier, name) in zip(carriers, ["carrier_a", "carrier_b", "carrier_c"]) where !carrier.isRunning {
            await stop(carriers)
            throw DemonstrationError("SIPp could not listen at \(Self.addresses[name] ?? name); is the port taken?")
        }
        return carriers
    }

    private func dial(_ callID: String) async throws {
        let (host, port) = try Self.address("customer")
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

    private func story(_ databases: Databases, _ callID: String) async throws -> CallStory {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            if let story = try await TellCall(databases.engine)(callIDPrefix: callID) { return story }
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

    private static func address(_ name: String) throws -> (host: String, port: Int) {
        guard let address = addresses[name].flatMap({ Configuration.address($0) }) else {
            throw DemonstrationError("the demonstration has no address for \(name)")
        }
        return address
    }
}

/// Why the demonstration could not be given.
package struct DemonstrationError: Error, Sendable, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}
