import Foundation
import Services
import Testing

/// JSON of the paths that every call takes, read by a parser that is not ours.
@Suite struct JSONWriterTests {
    @Test(arguments: [
        "", "plain", "quote \" and \\ backslash", "line\r\nend\ttab", "\u{0}\u{1}\u{1F}\u{7F}", "Zürich, 東京, 🙂",
    ]) func `a text is read back as it was`(text: String) throws {
        let json = JSONWriter.object { $0.text("text", text) }
        #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == ["text": text])
    }

    @Test func `members stand in the order given, and what is missing is left out`() {
        let id = UUID(uuid: (0xAB, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
        let json = JSONWriter.object { json in
            json.number("number", -5)
            json.number("none", Int?.none)
            json.text("none", nil)
            json.id("none", nil)
            json.id("id", id)
            json.flag("flag", true)
            json.array("list") { list in
                list.number(nil, 1)
                list.object { $0.flag("inner", false) }
                list.array { _ in }
            }
            json.object("empty") { _ in }
        }
        #expect(
            json == #"{"number":-5,"id":"ab010203-0405-0607-0809-0a0b0c0d0e0f","flag":true,"#
                + #""list":[1,{"inner":false},[]],"empty":{}}"#)
    }

    @Test func `an id is written as PostgreSQL writes it`() {
        for _ in 0..<100 {
            let id = UUID()
            #expect(id.text == id.uuidString.lowercased())
        }
    }
}
