import Testing

/// The API's document by itself.
@Suite struct ContractDocumentTests {
    @Test func `a validator finds the document right`() async throws {
        let result = try await ContractTool(name: "openapi-spec-validator").run(
            [ContractTool.document], in: try ContractTool.scratch(), atMost: .seconds(240))
        #expect(result.code == 0, "\(result.text.suffix(2_000))")
    }
}
