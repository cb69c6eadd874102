import Testing

@testable import HTTPAPI

@Suite struct GzipTagTests {
    @Test(arguments: [("\"1\"", "\"1-gzip\""), ("\"\"", "\"-gzip\""), ("W/\"1\"", "W/\"1\""), ("1", "1")])
    func `only a strong tag is another one for a packed answer`(tag: String, packed: String) {
        #expect(GzipTag.packed(tag) == packed)
        #expect(GzipTag.plain(packed) == tag)
    }

    @Test(arguments: [
        ("\"1-gzip\", \"2-gzip\", W/\"3\"", "\"1\", \"2\", W/\"3\""), ("*", "*"), ("\"-gzip-1\"", "\"-gzip-1\""),
    ])
    func `of a list each tag is read`(sent: String, plain: String) {
        #expect(GzipTag.plain(sent) == plain)
    }
}
