import Deploy
import Foundation
import Processes
import Services

/// SIPp, at both ends of the calls.
struct Sipp: Sendable {
    let bench: Workbench

    private static let program = "/usr/bin/sipp"
    private static let common = ["-nostdin", "-buff_size", "4194304", "-timer_resol", "1"]
    /// The talk time of a call.
    static let talkMilliseconds = 200

    /// A far end that answers every call at once, until it is stopped.
    func answering(at address: String) async throws -> RunningProcess {
        let (host, port) = try Self.parts(address)
        return try await bench.start(
            Self.program, ["-sf", Self.scenario("uas_answer_at_once"), "-i", host, "-p", port] + Self.common,
            log: "\(bench.root)/sipp-\(host).log")
    }

    /// What became of the calls of one step.
    struct Outcome: Sendable {
        let wanted: Int
        let succeeded: Int
        /// How long it took to place them all; `nil` when not all were placed.
        let placingSeconds: Double?

        var failedShare: Double { wanted > 0 ? Double(wanted - succeeded) / Double(wanted) : 1 }
        /// How many were placed in a second: less than was asked for when the caller could not keep up, or the edge
        /// left it waiting.
        var placedPerSecond: Double { placingSeconds.map { Double(wanted) / max($0, 0.001) } ?? 0 }
    }

    /// Places `rate` calls a second for so many seconds, and waits for their ends.
    func call(_ target: String, from host: String, rate: Int, seconds: Int) async throws -> Outcome {
        let wanted = rate * seconds
        let statistics = "\(bench.root)/sipp-\(rate).csv"
        try? FileManager.default.removeItem(atPath: statistics)  // of an earlier step, if there was one
        let caller = try await bench.start(
            Self.program,
            [
                "-sf", Deploy.demoCaller, "-i", host, "-p", String(try DatagramSocket.freePort(host: host)),
                "-s", SeedDemo.called, "-key", "caller", SeedDemo.caller, "-d", String(Self.talkMilliseconds), "-r",
                String(rate), "-m", String(wanted), "-l", String(rate * 4), "-recv_timeout", "4000", "-timeout",
                "\(seconds + 4)s", "-trace_stat", "-fd", "50ms", "-stf", statistics,
            ] + Self.common + [target], log: "\(bench.root)/sipp-caller.log")
        guard await caller.waitForExit(atMost: .seconds(seconds + 8)) else {
            await caller.stop(signal: SIGKILL)
            throw BenchError("SIPp did not end at \(rate) calls/s")
        }
        let table = try SippStatistics(String(contentsOfFile: statistics, encoding: .utf8))
        return Outcome(
            wanted: wanted, succeeded: table.succeeded, placingSeconds: table.seconds(untilCreated: wanted))
    }

    /// The tests' scenarios, beside the sources that this program was built from.
    private static func scenario(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Tests/Scenarios/\(name).xml").path
    }

    private static func parts(_ address: String) throws -> (host: String, port: String) {
        let parts = address.split(separator: ":")
        guard parts.count == 2 else { throw BenchError("\(address) is not host:port") }
        return (String(parts[0]), String(parts[1]))
    }
}
