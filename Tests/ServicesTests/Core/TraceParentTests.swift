import Services
import Testing

/// The header `traceparent` of W3C Trace Context: what is one, and what is as if it were not there.
@Suite struct TraceParentTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"
    private static let parent = "b7ad6b7169203331"
    private static let ids = "\(trace)-\(parent)"

    /// Of the Recommendation's examples and the cases of its test suite: what came, and the flags that are handed on.
    private static let valid: [(header: String, flags: String)] = [
        ("00-\(ids)-01", "01"), ("00-\(ids)-00", "00"),
        // Flags that are not known are not handed on.
        ("00-\(ids)-09", "01"), ("00-\(ids)-02", "00"), ("00-\(ids)-ff", "01"),
        // Later versions, which may have more at their end.
        ("01-\(ids)-01", "01"), ("cc-\(ids)-01", "01"), ("fe-\(ids)-00", "00"),
        ("cc-\(ids)-01-", "01"), ("cc-\(ids)-01-what-the-future-will-be-like", "01"),
    ]

    @Test(arguments: valid)
    func `a header that is valid keeps trace and parent`(header: String, flags: String) throws {
        let read = try #require(TraceParent(header))
        #expect(read.traceID == Self.trace && read.parentID == Self.parent)
        #expect(read.isSampled == (flags == "01"))
        #expect(read.text == "00-\(Self.ids)-\(flags)")
        #expect(TraceParent(read.text) == read)
    }

    private static let invalid: [String] = [
        "", "-", "00", "00-", "00-\(trace)", "00-\(trace)-", "00-\(ids)", "00-\(ids)-",
        // A version that is none, or that is not to be.
        "ff-\(ids)-01", "FF-\(ids)-01", "0-\(ids)-01", "000-\(ids)-01", ".0-\(ids)-01", "0.-\(ids)-01", "-\(ids)-01",
        "xx-\(ids)-01", "0é-\(ids)-1",
        // Ids of zeros, in capitals, of other digits, too short and too long.
        "00-00000000000000000000000000000000-\(parent)-01", "00-\(trace)-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-\(parent)-01", "00-\(trace)-B7AD6B7169203331-01",
        "00-.af7651916cd43dd8448eb211c80319c-\(parent)-01", "00-\(trace)-.7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319-\(parent)-01", "00-\(trace)0-\(parent)-01",
        "00-\(trace)-b7ad6b716920333-01", "00-\(trace)-\(parent)1-01",
        "cc-00000000000000000000000000000000-\(parent)-01",
        // Flags that are none.
        "00-\(ids)-1", "00-\(ids)-.1", "00-\(ids)-0.", "00-\(ids)-0A", "00-\(ids)-001", "00-\(ids)-+1",
        // Version 00 ends there; what comes after it goes on behind a dash.
        "00-\(ids)-01-", "00-\(ids)-01-more", "00-\(ids)-01.", "cc-\(ids)-01.more", "cc-\(ids)-010",
        // Other marks between, and spaces.
        "00_\(ids)-01", "00-\(trace)_\(parent)-01", "00-\(ids)_01", " 00-\(ids)-01", "00-\(ids)-01 ", "00-\(ids)-01\n",
        // Two in one.
        "00-\(ids)-01,00-\(ids)-01", "00-\(ids)-01, 00-\(ids)-01",
    ]

    @Test(arguments: invalid)
    func `a header that is not valid is none`(header: String) {
        #expect(TraceParent(header) == nil)
    }
}
