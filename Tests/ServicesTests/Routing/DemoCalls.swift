import Foundation
import Postgres
import Testing

@testable import Services
@testable import Telecom

/// Calls of the demonstration's customer, decided but not held.
enum DemoCalls {
    static func decide(_ count: Int, _ engine: Database) async throws -> [(record: CallRecord, charge: Charge)] {
        let routing = RoutingKeeper(
            engine, listening: engine,
            secrets: RoutingSecrets(
                open: { _, _, _ in throw CocoaError(.featureUnsupported) },
                resolve: { _ in throw CocoaError(.featureUnsupported) }, report: { _ in }))
        try await routing.refresh()
        let data = try #require(routing.data)
        let request = CallRequest(
            source: try #require(IPAddress("127.0.0.9")), dialled: SeedDemo.called,
            caller: PresentedCaller(fromUser: SeedDemo.caller))
        return try (0..<count).map { _ in
            let now = Date().microseconds
            let decision = data.snapshot.decide(request, at: now)
            let id = UUID.v7()
            let identity = CallIdentity(
                edge: "edge-1", callID: id.text, fromTag: "1", receivedMicroseconds: now, source: "127.0.0.9;5060;udp")
            let record = CallRecord(
                routingID: id, identity: identity, request: request, decision: decision, version: data.version)
            return (record, try #require(decision.charge))
        }
    }
}
