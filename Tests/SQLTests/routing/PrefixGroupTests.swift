import Postgres
import TestSupport
import Testing

/// routing.prefix_group: which numbers carriers are measured by together.
@Suite(.database) struct PrefixGroupTests {
    @Test(arguments: [
        ("+12125550100", "1212"), ("+442079460958", "442"), ("+4912345678", "491"), ("+881612345678", "881"),
        ("+77", "77"), (nil, nil),
    ])
    func `an area code, or three digits`(number: String?, group: String?) async throws {
        let found = try await TestDatabase.suite.engine.run("select routing.prefix_group(\(number))")
            .value(String?.self)
        #expect(found == group)
    }
}
