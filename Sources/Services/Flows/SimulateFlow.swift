package import Foundation
package import Postgres
package import Telecom

/// Runs a call through a version of a flow, and does nothing: nobody is rung or told, and nothing is counted.
package enum SimulateFlow {
    /// What a call would come to.
    package struct Simulation: Sendable {
        let version: ReadVersion
        let world: FlowWorld
        let time: Date
        let seed: Int
        /// Every step, and how the call ends.
        package let result: FlowSimulation.Result
    }

    /// What can be answered, how a call can leave its flow, and what can come of a target.
    package static let answers = FlowScript.Answer.Outcome.allCases.map(\.rawValue)
    package static let ends = FlowEnd.Outcome.allCases.map(\.rawValue)
    package static let candidateOutcomes = FlowCandidate.Outcome.allCases.map(\.rawValue)

    /// - Throws: `ResourceFault` for a version that is not there and for what the call says wrongly, or
    ///   `PostgresError`.
    package static func simulate(
        _ call: SimulatedCall, _ version: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> Simulation {
        let found = try await ReadFlow(scope: scope, session: session)(version)
        var world = found.world
        let time = call.time ?? Date()
        var reader = FlowCallReader(call, time)
        try reader.throwFaults()
        let targets = ReadFlowTargets(scope: scope, session: session, account: found.version.account, at: time)
        try await targets.fill(&world, campaign: call.campaign)
        var incoming = FlowCall()
        incoming.caller = reader.caller
        incoming.called = reader.called
        incoming.tags = call.tags
        incoming.variables = call.variables
        incoming.seed = UInt64(truncatingIfNeeded: call.seed)
        if let contact = reader.contact(in: world) {
            incoming.isRepeat = true
            incoming.contacts = [contact]
        } else if let caller = call.caller, let campaign = call.campaign {
            let before = try await targets.contacts(of: caller, in: campaign)
            incoming.isRepeat = before.isRepeat
            incoming.contacts = before.contacts
        }
        let script = reader.script(in: world)
        try reader.throwFaults()
        let result = FlowSimulation.run(incoming, version: version, in: world, script, at: time.microseconds)
        return Simulation(version: found.version, world: world, time: time, seed: call.seed, result: result)
    }
}
