import Foundation
import TestSupport
import Testing

/// The API against its own document, by programs of others: a fuzzer that makes requests of it, and a client that is
/// generated from it. `scripts/contract-tools.sh` fetches them.
@Suite(.databaseEarly, .serialized) struct ContractTests {
    /// Tables of every kind: of accounts and of staff, with keys of one column and of several, partitioned, with lists,
    /// networks, times and decimals. ContractSoakTests takes all there is.
    @Test func `a fuzzer finds no answer that the document does not say`() async throws {
        let paths =
            "^/v1/(accounts/contacts|routing/(trunks|translation_rules|account_partitions)"
            + "|billing/(number_rates|rate_extras)|cdr/enriched_cdr|ref/calling_limits)"
        try await ResourceServer.run { api in
            let fuzz = ContractFuzz(paths: paths, seed: 6, examples: 5, seconds: 50)
            let fault = try await fuzz.fault(of: api)
            #expect(fault == nil, "\(fault ?? "")")
        }
    }

    @Test func `a client that is generated does what its methods say`() async throws {
        try await ResourceServer.run { api in
            let place = try ContractTool.scratch()
            let made = try await ContractTool(name: "openapi-python-client").run(
                [
                    "generate", "--path", ContractTool.document, "--meta", "none", "--config",
                    "\(ContractTool.folder)/client.yaml", "--output-path", "\(place)/heddle_client",
                ],
                in: place, atMost: .seconds(240))
            // Bodies that are no JSON are not for it.
            let warnings = made.text.split(separator: "\n").filter { $0.hasPrefix("WARNING") }
            let files = ["/v1/cdr/batches", "/v1/routing/sheets/{key}/imports"]
            #expect(
                warnings.allSatisfy { warning in files.contains { warning.contains($0) } }, "\(warnings.prefix(10))")
            try FileManager.default.copyItem(
                atPath: "\(ContractTool.folder)/client_test.py", toPath: "\(place)/client_test.py")
            let result = try await ContractTool(name: "python3").run(
                ["client_test.py", "http://127.0.0.1:\(api.server.port)", api.key, api.mine.account.uuidString],
                in: place, atMost: .seconds(120))
            #expect(result.text.hasSuffix("fine\n"), "\(result.text.suffix(2_000))")
        }
    }
}
