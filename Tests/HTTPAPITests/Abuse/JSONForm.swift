import Testing

/// A document as nobody should write it: most with the fault in the name of a contact.
struct JSONForm: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// The body, where it stands for the account's id.
    let bytes: @Sendable (_ account: String) -> [UInt8]
    let statuses: Set<Int>

    /// One whose name is written so.
    static func nameOf(_ description: String, _ value: [UInt8], _ statuses: Set<Int> = [400]) -> JSONForm {
        JSONForm(
            testDescription: description,
            bytes: { account in
                let start = Array("{\"account_id\":\"\(account)\",\"email\":\"a@x.example\",\"name\":".utf8)
                return start + value + [UInt8(ascii: "}")]
            }, statuses: statuses)
    }

    static func name(_ description: String, _ value: String, _ statuses: Set<Int> = [400]) -> JSONForm {
        nameOf(description, Array(value.utf8), statuses)
    }

    /// One that is so as a whole, and that nothing can be made of.
    static func wholeOf(_ description: String, _ bytes: [UInt8]) -> JSONForm {
        JSONForm(testDescription: description, bytes: { _ in bytes }, statuses: [400])
    }

    static func whole(_ description: String, _ text: String) -> JSONForm {
        wholeOf(description, Array(text.utf8))
    }

    private static func quoted(_ bytes: [UInt8]) -> [UInt8] { [0x22] + bytes + [0x22] }
    private static func often(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

    /// 10,000 levels.
    private static func nested(_ start: String, _ middle: String, _ end: String) -> String {
        "\(often(start, 10_000))\(middle)\(often(end, 10_000))"
    }

    /// Texts (RFC 8259, sections 7 and 8).
    static let texts: [JSONForm] = [
        .name("as it should be", "\"Ada\"", [201]),
        .nameOf("no UTF-8", quoted([0xFF, 0xFE])),
        .nameOf("UTF-8 that is too long", quoted([0xC0, 0xAF])),
        .nameOf("a surrogate in UTF-8", quoted([0xED, 0xA0, 0x80])),
        .nameOf("UTF-8 beyond Unicode", quoted([0xF5, 0x80, 0x80, 0x80])),
        .nameOf("UTF-8 that is cut", quoted([0xE2, 0x82])),
        // Half of a character: taken for U+FFFD, or refused.
        .name("the first half of a surrogate", #""\ud800""#, [201, 400]),
        .name("the second half of a surrogate", #""\udc00""#, [201, 400]),
        .name("a surrogate with its halves exchanged", #""\udc00\ud800""#, [201, 400]),
        .name("U+0000", #""a\u0000""#),
        .nameOf("a zero", quoted([0x61, 0])),
        .name("a line feed", "\"a\nb\""),
        .name("an escape of C", #""\x41""#),
        .name("an escape that is cut", #""\u12""#),
        .name("an escape in wide digits", "\"\\u１２３４\""),
        .name("apostrophes", "'Ada'"),
    ]

    /// Numbers (section 6), where a text is expected, so that none is right.
    static let numbers: [JSONForm] = [
        .name("more than a double", "1e400"),
        .name("much more than a double", "1e401"),
        .name("an exponent of many digits", "1e99999999999999999999"),
        .name("an exponent of many digits below zero", "1e-99999999999999999999"),
        .name("100,000 digits", often("1", 100_000)),
        .name("a million digits", often("1", 1_000_000), [413]),
        .name("a zero before it", "01"),
        .name("a plus", "+1"),
        .name("no digit before the point", ".5"),
        .name("no digit behind the point", "5."),
        .name("hexadecimal", "0x10"),
        .name("no number", "NaN"),
        .name("no end", "-Infinity"),
    ]

    /// What is around them.
    static let documents: [JSONForm] = [
        .whole("nothing", ""),
        .whole("space", "   "),
        .whole("a number", "1"),
        .whole("null", "null"),
        .whole("a list", "[]"),
        .whole("a text", "\"x\""),
        .whole("a text without an end", "{\"name\":\"x"),
        .whole("an object without an end", "{"),
        .whole("a comma at the end", "{\"name\":\"x\",}"),
        .whole("a comment", "/* */{}"),
        .whole("a member twice", #"{"name":"a","name":"b"}"#),
        .whole("a member twice, written otherwise", #"{"name":"a","n\u0061me":"b"}"#),
        .name("something behind it", "\"x\"}x"),
        .name("another behind it", "\"x\"}{\"a\":1"),
        .wholeOf("a mark of its byte order", [0xEF, 0xBB, 0xBF, 0x7B, 0x7D]),
        .wholeOf("UTF-16", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0]),
        .whole("lists, 10,000 deep", nested("[", "", "]")),
        .whole("objects, 10,000 deep", nested("{\"a\":", "1", "}")),
        .whole("lists, 100,000 deep, that never end", often("[", 100_000)),
        .name("a name of lists, 10,000 deep", nested("[", "", "]")),
        .whole("another prototype", #"{"__proto__":{"name":"x"}}"#),
        .whole("a very long name of a member", "{\"\(often("n", 200_000))\":1}"),
    ]
}
