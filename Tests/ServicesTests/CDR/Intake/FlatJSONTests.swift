import Testing

@testable import Services

@Suite struct FlatJSONTests {
    @Test func `values are told by their paths, numbers as they are written`() {
        let text = #" {"a": {"b": [1.50, "x", {"c": true}]}, "n": null, "big": 12345678901234567890, "": "e"} "#
        #expect(
            FlatJSON.values(of: Array(text.utf8)) == [
                "a.b.0": "1.50", "a.b.1": "x", "a.b.2.c": "true", "n": "", "big": "12345678901234567890", "": "e",
            ])
        #expect(FlatJSON.values(of: Array("{}".utf8)) == [:])
    }

    @Test(
        arguments: [
            (#""a\nb""#, "a\nb"), (#""\u00e9""#, "é"), (#""\ud834\udd1e""#, "𝄞"), (#""\ud834x""#, "\u{FFFD}x"),
            (#""é\/""#, "é/"), ("-1.5e+3", "-1.5e+3"),
        ])
    func `texts are told without their escapes`(written: String, expected: String) {
        #expect(FlatJSON.values(of: Array("{\"v\":\(written)}".utf8)) == ["v": expected])
    }

    @Test(
        arguments: [
            "", "[]", "1", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1}x", "{a:1}", "{\"a\":\"\n\"}",
            "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":nul}", "{\"a\":[1}",
            String(repeating: "{\"a\":", count: 50) + "1" + String(repeating: "}", count: 50),
        ])
    func `what is no object is none`(text: String) {
        #expect(FlatJSON.values(of: Array(text.utf8)) == nil)
    }

    @Test func `text that is no UTF-8 is none`() {
        #expect(FlatJSON.values(of: Array("{\"a\":\"".utf8) + [0xE9] + Array("\"}".utf8)) == nil)
    }
}
