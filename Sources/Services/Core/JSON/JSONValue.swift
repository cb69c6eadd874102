/// A JSON document, read (RFC 8259). Numbers stay as they are written, so that none is rounded; members keep their
/// order, and each is there once.
package indirect enum JSONValue: Sendable, Equatable {
    case null
    case boolean(Bool)
    /// As it is written.
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])

    /// A member of an object.
    package struct Member: Sendable, Equatable {
        package let name: String
        package let value: JSONValue

        package init(_ name: String, _ value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Why a document cannot be read, and where.
    package struct Fault: Error, Sendable, Equatable {
        /// Counted from 1, in lines and in bytes of the line.
        package let line: Int
        package let column: Int
        package let reason: String
    }

    private static let deepest = 32

    /// - Throws: `Fault` when the bytes are not one document.
    package init(_ bytes: [UInt8]) throws(Fault) {
        var scanner = JSONScanner(bytes)
        do {
            scanner.skipSpace()
            self = try Self.value(&scanner, 0)
            scanner.skipSpace()
        } catch {
            throw Self.fault(scanner, error.reason)
        }
        guard scanner.index == bytes.count else { throw Self.fault(scanner, "something follows the document") }
    }

    private struct Stop: Error { let reason: String }

    private static func fault(_ scanner: JSONScanner, _ reason: String) -> Fault {
        let before = scanner.bytes[..<min(scanner.index, scanner.bytes.count)]
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let column = before.count - (before.lastIndex(of: newline).map { $0 + 1 } ?? 0) + 1
        return Fault(line: line, column: column, reason: reason)
    }

    private static func value(_ scanner: inout JSONScanner, _ depth: Int) throws(Stop) -> JSONValue {
        guard depth < deepest else { throw Stop(reason: "it is deeper than \(deepest) levels") }
        switch scanner.peek {
        case UInt8(ascii: "{"): return .object(try members(&scanner, depth))
        case UInt8(ascii: "["): return .list(try elements(&scanner, depth))
        case UInt8(ascii: "\""): return .text(try text(&scanner))
        case nil: throw Stop(reason: "it ends where a value is expected")
        default: break
        }
        do {
            let word = try scanner.word()
            switch String(decoding: word, as: UTF8.self) {
            case "null": return .null
            case "true": return .boolean(true)
            case "false": return .boolean(false)
            case let number: return .number(number)
            }
        } catch {
            throw Stop(reason: "a value is expected here")
        }
    }

    /// PostgreSQL has no texts with U+0000.
    private static func text(_ scanner: inout JSONScanner) throws(Stop) -> String {
        do {
            let text = try scanner.text()
            guard text.utf8.contains(0) else { return text }
        } catch {
            throw Stop(reason: "a text in quotation marks, in UTF-8, is expected here")
        }
        throw Stop(reason: "a text has the character U+0000")
    }

    private static func members(_ scanner: inout JSONScanner, _ depth: Int) throws(Stop) -> [Member] {
        var members: [Member] = []
        var names: Set<String> = []
        try parts(&scanner, UInt8(ascii: "}")) { scanner throws(Stop) in
            let name = try text(&scanner)
            guard names.insert(name).inserted else { throw Stop(reason: "the member \"\(name)\" is there twice") }
            scanner.skipSpace()
            do { try scanner.expect(UInt8(ascii: ":")) } catch { throw Stop(reason: "a colon is expected here") }
            scanner.skipSpace()
            members.append(Member(name, try value(&scanner, depth + 1)))
        }
        return members
    }

    private static func elements(_ scanner: inout JSONScanner, _ depth: Int) throws(Stop) -> [JSONValue] {
        var elements: [JSONValue] = []
        try parts(&scanner, UInt8(ascii: "]")) { scanner throws(Stop) in
            elements.append(try value(&scanner, depth + 1))
        }
        return elements
    }

    /// What is between brackets, with commas between.
    private static func parts(
        _ scanner: inout JSONScanner, _ end: UInt8, _ part: (inout JSONScanner) throws(Stop) -> Void
    ) throws(Stop) {
        scanner.skip()
        scanner.skipSpace()
        if scanner.peek == end { return scanner.skip() }
        while true {
            scanner.skipSpace()
            try part(&scanner)
            scanner.skipSpace()
            if scanner.peek == end { return scanner.skip() }
            do {
                try scanner.expect(UInt8(ascii: ","))
            } catch {
                throw Stop(reason: "a comma or \(end == UInt8(ascii: "}") ? "}" : "]") is expected here")
            }
        }
    }

    /// What people call it.
    package var kindName: String {
        switch self {
        case .null: "null"
        case .boolean: "a boolean"
        case .number: "a number"
        case .text: "a text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    /// As a reader is shown it: a text as it is, what has parts in short.
    package var shown: String {
        switch self {
        case .null: "null"
        case .boolean(let value): String(value)
        case .number(let text), .text(let text): text
        case .list, .object: kindName
        }
    }

    /// Writes it down again.
    package func write(_ key: String? = nil, to json: inout JSONWriter) {
        switch self {
        case .null: json.raw(key, "null")
        case .boolean(let value): json.flag(key, value)
        case .number(let text): json.raw(key, text)
        case .text(let text): json.text(key, text)
        case .list(let elements): json.array(key) { json in for element in elements { element.write(to: &json) } }
        case .object(let members):
            json.object(key) { json in
                for member in members { member.value.write(JSONWriter.escaped(member.name), to: &json) }
            }
        }
    }
}
