package import Foundation

// A mapping in a file: an object with the members that differ from the preset.
//
//     {"fields": {"start": "setup", "caller": ["ani", "cli"], "carrier": {"columns": ["chan"], "take": "channel"}},
//      "times": "%d.%m.%Y %H:%M:%S", "time_zone": "Europe/Berlin", "durations": "ms",
//      "dispositions": {"OK": "answered", "NA": "no_answer"}, "numbers": "DE"}
extension CDRMapping {
    private static let mostBytes = 1 << 20

    /// Takes over what a file says.
    /// - Throws: `ImportFailure` that names the member and what is expected of it.
    package mutating func read(_ path: String) throws {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw ImportFailure("\(path) cannot be read") }
        defer { try? handle.close() }  // it was only read
        guard let data = try? handle.read(upToCount: Self.mostBytes + 1), data.count <= Self.mostBytes else {
            throw ImportFailure("\(path) cannot be read as a mapping")
        }
        try apply(data, path)
    }

    /// Takes over what a text says.
    /// - Parameter name: what it is called in errors.
    package mutating func apply(_ data: Data, _ name: String) throws {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: data), case .object(let members) = tree else {
            throw ImportFailure("\(name) is no JSON object")
        }
        for (member, value) in members.sorted(by: { $0.key < $1.key }) {
            do throws(Wrong) {
                try set(member, value)
            } catch {
                throw ImportFailure("\(name): \(member) is \(error.value.forDisplay(60)), expected \(error.expected)")
            }
        }
    }

    /// What a member says, and what is expected of it.
    private struct Wrong: Error {
        let value: String
        let expected: String

        init(_ value: String?, _ expected: String) {
            self.value = value ?? "not of that form"
            self.expected = expected
        }
    }

    private static let members = [
        "layout", "delimiter", "columns", "least_columns", "fields", "times", "time_zone", "durations", "dispositions",
        "directions", "hangups", "numbers", "account", "direction", "percent_encoded",
    ]

    private mutating func set(_ member: String, _ value: JSONTree) throws(Wrong) {
        switch member {
        case "layout": layout = try Self.word(value)
        case "delimiter":
            guard let byte = value.text?.utf8.first, value.text?.utf8.count == 1, byte != UInt8(ascii: "\"") else {
                throw Wrong(value.text, "one character, as ; or a tab")
            }
            delimiter = byte
        case "columns": columns = try Self.names(value)
        case "least_columns":
            guard let count = value.text.flatMap({ Int($0) }), count > 0 else { throw Wrong(value.text, "a number") }
            leastColumns = count
        case "fields":
            guard case .object(let named) = value else { throw Wrong(value.text, "an object of fields") }
            for (name, column) in named { try setField(name, column) }
        case "times":
            guard let format = value.text.flatMap({ TimeFormat($0) }) else { throw Wrong(value.text, TimeFormat.forms) }
            times = format
        case "time_zone":
            guard let name = value.text, LocalClock(name) != nil else {
                throw Wrong(value.text, "a zone as America/New_York")
            }
            timeZone = name
        case "durations": durations = try Self.word(value)
        case "dispositions": dispositions = try Self.words(value, CallWords.dispositions, over: dispositions)
        case "directions": directions = try Self.words(value, CallWords.directions, over: directions)
        case "hangups": hangups = try Self.words(value, CallWords.hangups, over: hangups)
        case "numbers":
            guard let name = value.text, name == "as_is" || NumberRule(name) != nil else {
                throw Wrong(value.text, "as_is or a country as US")
            }
            country = name == "as_is" ? nil : name
        case "account":
            guard let name = value.text, !name.isEmpty else { throw Wrong(value.text, "the name of an account") }
            account = name
        case "direction":
            guard let word = value.text, CallWords.directions.contains(word) else {
                throw Wrong(value.text, "one of \(CallWords.directions.joined(separator: ", "))")
            }
            direction = word
        case "percent_encoded":
            guard case .flag(let flag) = value else { throw Wrong(value.text, "true or false") }
            isPercentEncoded = flag
        default: throw Wrong("unknown", "one of \(Self.members.joined(separator: ", "))")
        }
    }

    private mutating func setField(_ name: String, _ value: JSONTree) throws(Wrong) {
        guard let field = Field(rawValue: name) else {
            throw Wrong(name, "one of \(Field.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        switch value {
        case .null: fields[field] = nil
        case .object(let members):
            guard let names = members["columns"] else { throw Wrong(name, "an object with columns, and perhaps take") }
            var column = Column(try Self.names(names))
            if let take = members["take"] { column.take = try Self.word(take) }
            fields[field] = column
        default: fields[field] = Column(try Self.names(value))
        }
    }

    private static func names(_ value: JSONTree) throws(Wrong) -> [String] {
        var names: [String] = []
        switch value {
        case .string(let name): names = [name]
        case .array(let elements): names = elements.compactMap(\.text)
        default: break
        }
        guard !names.isEmpty, names.count <= 200 else { throw Wrong(value.text, "a name or a list of names") }
        return names
    }

    private static func word<Word: CaseIterable & RawRepresentable<String>>(
        _ value: JSONTree
    ) throws(Wrong) -> Word {
        guard let word = value.text.flatMap({ Word(rawValue: $0) }) else {
            throw Wrong(value.text, "one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    private static func words(
        _ value: JSONTree, _ known: [String], over before: [String: String]
    ) throws(Wrong) -> [String: String] {
        guard case .object(let members) = value else {
            throw Wrong(value.text, "an object: what the file says: a word")
        }
        var words = before
        for (said, meaning) in members {
            guard let meaning = meaning.text, known.contains(meaning) else {
                throw Wrong(meaning.text, "one of \(known.joined(separator: ", ")) for \(said.forDisplay(40))")
            }
            words[said.lowercased()] = meaning
        }
        return words
    }
}
