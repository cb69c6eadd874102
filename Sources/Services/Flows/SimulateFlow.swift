package import Foundation
package import Postgres
package import Telecom

/// Runs a call through a version of a flow, and does nothing: nobody is rung or told, and nothing is counted.
package struct SimulateFlow: Sendable {
    /// What a call would come to.
    package struct Simulation: Sendable {
        let version: ReadVersion
        let world: FlowWorld
        let time: Date
        let seed: Int
        /// Every step, and how the call ends.
        package let result: FlowSimulation.Result
    }

    /// A call that has not begun, and all that it may meet.
    private struct Prepared {
        let version: ReadVersion
        let world: FlowWorld
        let time: Date
        let simulation: FlowSimulation
    }

    private let database: Database

    /// Events and steps between two looks at whether anybody still waits for the answer.
    private static let stepsAtOnce = 100

    /// What can be answered, how a call can leave its flow, and what can come of a target.
    package static let answers = FlowScript.Answer.Outcome.allCases.map(\.rawValue)
    /// A call that takes too much is refused.
    package static let ends = FlowEnd.Outcome.allCases.filter { $0 != .tooMuch }.map(\.rawValue)
    package static let candidateOutcomes = FlowCandidate.Outcome.allCases.map(\.rawValue)

    /// - Parameter database: as the API.
    package init(_ database: Database) { self.database = database }

    /// Reads in one transaction, and runs behind it: no connection waits for a flow.
    /// - Throws: `ResourceFault` for a version that is not there, for what the call says wrongly and for one that takes
    ///   too much, or `PostgresError`.
    package func callAsFunction(
        _ call: SimulatedCall, _ version: UUID, _ scope: RequestScope
    ) async throws -> Simulation {
        let prepared = try await database.transaction(
            context: scope.opening, statementTimeout: AnswerOnce.timeout
        ) { session in
            try await Self.prepare(call, version, scope, session)
        }
        let result = try await Self.run(prepared.simulation)
        return Simulation(
            version: prepared.version, world: prepared.world, time: prepared.time, seed: call.seed, result: result)
    }

    private static func prepare(
        _ call: SimulatedCall, _ version: UUID, _ scope: RequestScope, _ session: Connection
    ) async throws -> Prepared {
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
        let simulation = FlowSimulation(incoming, version: version, in: world, script, at: time.microseconds)
        return Prepared(version: found.version, world: world, time: time, simulation: simulation)
    }

    private static func run(_ begun: FlowSimulation) async throws -> FlowSimulation.Result {
        var simulation = begun
        while true {
            try Task.checkCancellation()
            if let result = simulation.advance(by: stepsAtOnce) {
                guard result.end.outcome != .tooMuch else { throw ResourceFault(.refused, result.end.reason) }
                return result
            }
            // Others have their turn.
            await Task.yield()
        }
    }
}
