/// Waits until something holds.
/// - Throws: when it does not within the limit; on a slow machine that may be long for everything but a defect.
package func until(
    _ what: String, within limit: Duration = .seconds(30), _ holds: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + limit
    while true {
        if try await holds() { return }
        guard ContinuousClock.now < deadline else { throw NotInTime(description: "not within \(limit): \(what)") }
        try await Task.sleep(for: .milliseconds(30))
    }
}

/// What did not come.
struct NotInTime: Error, CustomStringConvertible {
    let description: String
}
