import Foundation
import TestSupport
import Testing

@testable import SIPEdge
@testable import Services

/// What an edge's directory remembers of who had its id.
struct ClaimFileTests {
    @Test func `one process has it, and the next one names those that were before`() throws {
        StaleRuns.sweep()
        let directory = StaleRuns.directory("claim-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }  // the next run's sweep would do it
        let settings = EdgeSettings(
            id: "test", directory: directory + "/edge", configuration: "", listeners: [], rpcPort: 1, routers: [])
        var file: ClaimFile? = try ClaimFile(settings)
        let first = try #require(file?.claim)
        #expect(first.former.isEmpty)
        let error = #expect(throws: EdgeError.self) { try ClaimFile(settings) }
        #expect(error?.description.contains(directory) == true)
        file = nil
        file = try ClaimFile(settings)
        let second = try #require(file?.claim)
        #expect(second.former == [first.id] && second.id != first.id)
        for _ in 0..<20 {
            file = nil
            file = try ClaimFile(settings)
        }
        #expect(file?.claim.former.count == 21)
        #expect(file?.claim.former.last == first.id, "the one that the database may know is the oldest")
    }
}
