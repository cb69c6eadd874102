/// The values of a JSON object by their paths, as text: `variables.uuid`, `callflow.0.caller_profile.username`.
///
/// Numbers stay as they are written, so that an id of twenty digits is not rounded. Records come by the thousand a
/// second and have some hundred members each; a tree of them would cost more than all that follows.
struct FlatJSON {
    private var scanner: JSONScanner
    private var path: [UInt8] = []
    private var values: [String: String] = [:]

    private static let deepest = 32
    private static let mostValues = 10_000

    private typealias Malformed = JSONScanner.Malformed

    /// `nil` when the bytes are not one object, or it is absurd.
    static func values(of bytes: [UInt8]) -> [String: String]? {
        var reader = FlatJSON(scanner: JSONScanner(bytes))
        do throws(Malformed) {
            reader.scanner.skipSpace()
            guard reader.scanner.peek == UInt8(ascii: "{") else { return nil }
            try reader.value(0)
            reader.scanner.skipSpace()
        } catch {
            return nil
        }
        return reader.scanner.index == bytes.count ? reader.values : nil
    }

    private mutating func value(_ depth: Int) throws(Malformed) {
        guard depth < Self.deepest, values.count < Self.mostValues, let byte = scanner.peek else { throw Malformed() }
        switch byte {
        case UInt8(ascii: "{"): try parts(UInt8(ascii: "}"), depth, named: true)
        case UInt8(ascii: "["): try parts(UInt8(ascii: "]"), depth, named: false)
        case UInt8(ascii: "\""):
            let text = try scanner.text()
            keep(text)
        default:
            let word = try scanner.word()
            // The member is there, and says nothing.
            keep(word.elementsEqual("null".utf8) ? "" : String(decoding: word, as: UTF8.self))
        }
    }

    private mutating func keep(_ text: String) { values[String(decoding: path, as: UTF8.self)] = text }

    /// The members of an object, or the elements of a list, which are called by their number.
    private mutating func parts(_ end: UInt8, _ depth: Int, named: Bool) throws(Malformed) {
        scanner.skip()
        scanner.skipSpace()
        if scanner.peek == end {
            scanner.skip()
            return
        }
        let length = path.count
        var number = 0
        while true {
            scanner.skipSpace()
            var name = String(number)
            if named {
                name = try scanner.text()
                scanner.skipSpace()
                try scanner.expect(UInt8(ascii: ":"))
                scanner.skipSpace()
            }
            if length > 0 { path.append(UInt8(ascii: ".")) }
            path += name.utf8
            try value(depth + 1)
            path.removeLast(path.count - length)
            number += 1
            scanner.skipSpace()
            if scanner.peek == end { break }
            try scanner.expect(UInt8(ascii: ","))
        }
        scanner.skip()
    }
}
