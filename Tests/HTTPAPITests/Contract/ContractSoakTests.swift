import Services
import TestSupport
import Testing

/// All of the API against its own document, with thousands of requests of each part: `make test` has a few of some
/// tables, in ContractTests.
@Suite(.databaseEarly, .serialized, .enabled(if: Soak.isLong, "it makes requests for half an hour"))
struct ContractSoakTests {
    /// Each has its own time: else the first ones would have all of it. What ends keys is apart, so that nothing tells
    /// the fuzzer of its own.
    static let parts = [
        "^/v1/(?!auth/api_keys/.*/r)(accounts|auth|core|me|support)(/|$)",
        "^/v1/auth/api_keys/.*/r|^/(?!v1/)|^/v1/(platform|calls|payments|integration|audit|reporting)/",
        "^/v1/billing/", "^/v1/(routing|cdr)/", "^/v1/(tracking|flows|messaging)/",
        "^/v1/(numbers|ref|vendor_mgmt|compliance)/",
    ]
    private static let seconds = 280

    @Test(.timeLimit(.minutes(12)), arguments: parts)
    func `a fuzzer finds no answer that the document does not say, however long it asks`(_ part: String) async throws {
        let seed = try #require(Soak.seeds(short: 1, long: 1).first)
        try await ResourceServer.run { api in
            let fuzz = ContractFuzz(paths: part, seed: seed, examples: 100, seconds: Self.seconds)
            let fault = try await fuzz.fault(of: api)
            #expect(fault == nil, "\(fault ?? "")")
            #expect(try await api.get("/v1/accounts/contacts").status == 200, "it ended its own key")
        }
    }

    @Test func `every path is in one part`() async throws {
        try await ResourceServer.run { api in
            guard case .object(let paths)? = try await api.get("/openapi.json").value["paths"] else {
                Issue.record("there are no paths")
                return
            }
            let parts = try Self.parts.map { try Regex($0) }
            for path in paths.map(\.name) where path != "/v1/stream" {
                let count = parts.count { path.contains($0) }
                #expect(count == 1, "\(path) is in \(count) parts")
            }
        }
    }
}
