import Deploy
import Foundation
import Glibc
import Postgres
import Processes
import Synchronization
import TestSupport
import Testing

/// A far end: a party of the seed, and the SIPp scenario that it plays.
struct FarEnd: Sendable {
    let party: String
    let scenario: String
    var arguments: [String] = []
    /// How many calls it must see through to the scenario's end, no more and no less; `nil` asks nothing of it.
    var calls: Int?

    /// Rings shortly, answers, waits for the BYE.
    static func answers(_ party: String, calls: Int? = nil) -> FarEnd {
        FarEnd(party: party, scenario: "uas_answer", arguments: ["-d", "50"], calls: calls)
    }

    /// Refuses with a status line.
    static func refuses(_ party: String, _ status: String) -> FarEnd {
        FarEnd(
            party: party, scenario: "uas_reject",
            arguments: ["-key", "status", "SIP/2.0 \(status)", "-key", "headers", ""])
    }
}

/// What a caller does.
struct Dialling: Sendable {
    var scenario = "uac_call"
    /// A party of the seed, or an address.
    var from = "customer"
    var caller = "+12125550100"
    var callee = "+14155550142"
    var calls = 1
    var perSecond = 50
    var talkMilliseconds = 400
    var arguments: [String] = []

    static func refused(_ code: Int, from: String = "customer", callee: String = "+14155550142") -> Dialling {
        Dialling(scenario: "uac_refused", from: from, callee: callee, arguments: ["-key", "code", "\(code)"])
    }
}

/// Calls that were placed: the beginning of their Call-IDs, and whether SIPp saw what its scenario expects.
struct Placed: Sendable {
    let prefix: String
    let calls: Int
    let process: RunningProcess

    /// Waits for SIPp; `true` when all calls went as the scenario says.
    func finished(within limit: Duration = .seconds(40)) async -> Bool {
        await process.waitForExit(atMost: limit) && process.exitCode == 0
    }
}

extension TestHeddle {
    /// Runs far ends while the closure runs.
    func with<Value>(
        _ farEnds: [FarEnd], sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Value
    ) async throws -> Value {
        var running: [RunningProcess] = []
        do {
            for end in farEnds {
                running.append(
                    try await sipp(
                        end.scenario, at: end.party, port: plan.port(end.party),
                        end.arguments + ["-timeout", "150s", "-recv_timeout", "60000"]
                            + (end.calls.map { ["-m", "\($0)"] } ?? [])))
            }
            for (end, process) in zip(farEnds, running) { try await listens(end, process) }
            let value = try await body()
            for (end, process) in zip(farEnds, running) where end.calls != nil {
                let ended = await process.waitForExit(atMost: .seconds(30))
                #expect(
                    ended && process.exitCode == 0, "\(end.party) did not see its calls to their end",
                    sourceLocation: sourceLocation)
            }
            for process in running { await process.stop(signal: SIGKILL) }
            return value
        } catch {
            for process in running { await process.stop(signal: SIGKILL) }
            throw error
        }
    }

    private func listens(_ end: FarEnd, _ process: RunningProcess) async throws {
        try await until("\(end.party) listens") {
            guard process.isRunning else {
                throw HarnessError("SIPp ended: \(Self.tail("\(directory)/\(Self.log(end.scenario))"))")
            }
            return SocketTable.isBound(plan.host(end.party), plan.port(end.party))
        }
    }

    /// Begins calls; they go on by themselves.
    func dial(_ dialling: Dialling) async throws -> Placed {
        let name = "\(dialling.scenario)-\(names.wrappingAdd(1, ordering: .relaxed).newValue)"
        let host = plan.host(dialling.from)
        let process = try await sipp(
            dialling.scenario, at: dialling.from, port: try FreePorts.take(host),
            [
                "-s", dialling.callee, "-key", "caller", dialling.caller, "-d", "\(dialling.talkMilliseconds)",
                "-cid_str", "\(name)-%u-%p@test", "-m", "\(dialling.calls)", "-r", "\(dialling.perSecond)",
                "-l", "\(dialling.calls)", "-timeout", "60s", "-timeout_error",
            ] + (dialling.arguments.contains("-recv_timeout") ? [] : ["-recv_timeout", "20000"])
                + dialling.arguments + [plan.edge])
        return Placed(prefix: "\(name)-", calls: dialling.calls, process: process)
    }

    /// Places calls and waits until SIPp is done.
    @discardableResult
    func call(_ dialling: Dialling, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Placed {
        let placed = try await dial(dialling)
        let asExpected = await placed.finished()
        #expect(asExpected, "\(dialling.scenario) saw something else", sourceLocation: sourceLocation)
        return placed
    }

    /// What the demonstration plays as well.
    private static let demonstration = ["uac_call": Deploy.demoCaller, "uas_answer": Deploy.demoCarrier]

    private static func log(_ scenario: String) -> String { "sipp-\(scenario).log" }

    private func sipp(_ scenario: String, at party: String, port: UInt16, _ arguments: [String]) async throws
        -> RunningProcess
    {
        let file =
            Self.demonstration[scenario]
            ?? URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Scenarios/\(scenario).xml").standardized.path
        return try await start(
            "/usr/bin/sipp",
            ["-sf", file, "-i", plan.host(party), "-p", "\(port)", "-nostdin"] + arguments,
            log: Self.log(scenario))
    }
}
