import Testing

/// Gives a suite a server for all its tests: `@Suite(.database, .served)`. To start one takes longer than most tests.
struct ServedTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestServer.serve(function)
    }
}

extension Trait where Self == ServedTrait {
    /// A server of the suite's own, which `ResourceServer.run` takes.
    static var served: Self { ServedTrait() }
}
