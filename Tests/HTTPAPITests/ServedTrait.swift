import HTTPAPI
import Testing

/// Gives a suite a server for all its tests: `@Suite(.database, .served)`. To start one takes longer than most tests.
struct ServedTrait: SuiteTrait, TestScoping {
    let change: @Sendable (inout HTTPSettings) -> Void

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestServer.serve(change, function)
    }
}

extension Trait where Self == ServedTrait {
    /// A server of the suite's own, which `ResourceServer.run` takes, and whoever asks for `TestServer.suite`.
    static var served: Self { ServedTrait { _ in } }

    /// The same with other settings.
    static func served(_ change: @escaping @Sendable (inout HTTPSettings) -> Void) -> Self {
        ServedTrait(change: change)
    }
}
