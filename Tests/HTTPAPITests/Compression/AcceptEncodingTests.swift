import Testing

@testable import HTTPAPI

@Suite struct AcceptEncodingTests {
    /// What a client says, and whether it gets gzip.
    private static let fields: [(String?, Bool)] = [
        (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true), ("deflate", false),
        ("gzip, deflate, br", true), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("deflate,gzip", true),
        ("  br ,\tgzip ; q=0.5 ", true), ("gzip;q=0", false), ("gzip;q=0.000", false), ("gzip;q=0.001", true),
        ("gzip;Q=1", true), ("gzip;q=1.000", true), ("gzip;q=1.", true), ("gzip;q=0.", false), ("*", true),
        ("*;q=0", false), ("gzip, *;q=0", true), ("gzip;q=0, *", false), ("identity;q=0", false),
        ("identity;q=0, *", true), ("identity", false), ("identity, gzip;q=0.9", false),
        ("identity;q=0.5, gzip;q=0.5", true), ("gzip;q=0.5, *;q=0.8", false), ("gzipped", false),
        // What the standard does not have is taken for a no.
        ("gzip;q=1.001", false), ("gzip;q=2", false), ("gzip;q=-1", false), ("gzip;q=0.1234", false),
        ("gzip;q=", false), ("gzip;q", false), ("gzip;q=.5", false), ("gzip;level=9", false),
        ("gzip;q=1;q=0", false), (",,;,", false), (";q=1", false), ("gzip;q=0,9", false),
    ]

    @Test(arguments: AcceptEncodingTests.fields)
    func `gzip is allowed where the client says so, and prefers nothing else that we have`(
        field: String?, isAllowed: Bool
    ) {
        #expect(AcceptEncoding.allowsGzip(field) == isAllowed)
    }
}
