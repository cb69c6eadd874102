import Foundation
import Postgres
import TestSupport
import Testing

/// audit.clean_path: no path that is kept opens anything.
@Suite(.database) struct CleanPathTests {
    let db: TestDatabase

    init() throws { db = try .suite }

    @Test(arguments: [
        ("/v1/users?page=2&api_key=abc&x=1", "/v1/users?page=2&api_key=***&x=1"),
        ("/v1/hooks;Token=abc", "/v1/hooks;Token=***"),
        ("/reset/0123456789abcdef0123456789abcdef0123456789", "/reset/***"),
        ("/v1/calls/5b0e7c1d-4111-4111-8111-411111111111", "/v1/calls/5b0e7c1d-4111-4111-8111-411111111111"),
        ("/v1/numbers/+12125550100", "/v1/numbers/+12125550100"), ("/v1?pin=1", "/v1?pin=***"),
        ("/0123456789abcdef0123456789abcdef0123", "/0123456789abcdef0123456789abcdef0123"),
        ("/0123456789abcdef0123456789abcdef01234", "/***"), ("/v1/4111-1111-1111-1111", "/v1/***"),
    ])
    func `parameters and tokens are masked`(path: String, kept: String) async throws {
        #expect(try await db.app.run("select audit.clean_path(\(path))").value(String.self) == kept)
    }
}
