import Foundation
import Testing

@testable import Services

/// RFC 3986, section 2.
struct PercentEncodingTests {
    @Test(arguments: [
        ("", "", ""), ("Az09-._~", "", "Az09-._~"), ("a b+c", "", "a%20b%2Bc"), ("a,b/c", "", "a%2Cb%2Fc"),
        ("a,b/c", ",/", "a,b/c"), ("100%", "", "100%25"), ("100%", "%", "100%"),
        ("é\u{1F600}", "", "%C3%A9%F0%9F%98%80"),
        ("é", "é", "é"), ("\u{0}\n\u{7F}", "", "%00%0A%7F"),
    ])
    func `what means something in an address has percent signs`(text: String, marks: String, written: String) {
        #expect(text.percentEncoded(also: marks) == written)
        #expect(marks != "" || written.removingPercentEncoding == text)
    }
}
