import Foundation

/// Finds our fields in the records of a file, by a mapping and by what the file calls its columns.
struct FieldReader: Sendable {
    private let mapping: CDRMapping
    private let separator: UInt8
    private let isLatin1: Bool
    /// What the columns are called, and how many a record may lack at its end.
    private let names: [String]
    private let least: Int
    /// Where each field is looked for: columns of the file in the order in which they count.
    private let places: [(field: CDRMapping.Field, columns: [Int], take: CDRMapping.Take)]
    private let known: Set<CDRMapping.Field>

    private static let quote = UInt8(ascii: "\"")

    /// - Parameter heading: the line that names the columns, where the file has one; in UTF-8.
    /// - Throws: `ImportFailure` when what a record needs has no column.
    init(_ mapping: CDRMapping, heading: [UInt8]?, isLatin1: Bool = false) throws {
        self.mapping = mapping
        self.isLatin1 = isLatin1
        let separator = mapping.delimiter ?? Self.separator(of: heading ?? [])
        self.separator = separator
        let named = heading.map { Self.split($0, separator).map { String(decoding: $0, as: UTF8.self) } }
        names = named ?? mapping.columns
        least = named == nil ? mapping.leastColumns : names.count
        let plain = names.map { $0.lowercased() }
        places = mapping.fields.sorted { $0.key.rawValue < $1.key.rawValue }.map { field, column in
            (field, column.names.compactMap { plain.firstIndex(of: $0.lowercased()) }, column.take)
        }
        known = Set(places.filter { !$0.columns.isEmpty }.map(\.field))
        if mapping.layout != .json { try requireColumns() }
    }

    private func requireColumns() throws {
        var lacking: [CDRMapping.Field] = known.contains(.start) ? [] : [.start]
        if !known.contains(.id) && !known.contains(.callID) { lacking.append(.id) }
        if mapping.layout == .transactions { lacking += [.method, .callID, .code].filter { !known.contains($0) } }
        if lacking.isEmpty { return }
        let wanted = lacking.map { field in
            "\(field.rawValue) (\(mapping.fields[field]?.names.prefix(4).joined(separator: ", ") ?? "not mapped"))"
        }
        let found = names.joined(separator: ", ").forDisplay(300)
        throw ImportFailure(
            "the file has no column for \(wanted.joined(separator: ", ")); name it in a --map. It has: \(found)")
    }

    /// What a record says.
    func values(of raw: RecordSplitter.Raw) throws(RecordProblem) -> FieldValues {
        if let expected = raw.expected {
            throw RecordProblem(value: String(decoding: raw.bytes.prefix(80), as: UTF8.self), expected: expected)
        }
        if raw.bytes.contains(0) { throw RecordProblem(expected: "text without zero bytes") }
        return mapping.layout == .json ? try ofObject(raw.bytes) : try ofLine(raw.bytes)
    }

    private func ofLine(_ bytes: [UInt8]) throws(RecordProblem) -> FieldValues {
        let fields = Self.split(bytes, separator)
        let isRight =
            fields.count >= least
            && (fields.count <= names.count || fields.dropFirst(names.count).allSatisfy { $0.isEmpty })
        guard isRight else {
            let count = least == names.count ? "\(least)" : "\(least) to \(names.count)"
            throw RecordProblem(
                value: "\(fields.count) fields", expected: "\(count) fields; the line may be cut, or its quotes wrong")
        }
        var values = FieldValues(known: known)
        for place in places {
            for column in place.columns where column < fields.count && !fields[column].isEmpty {
                guard let text = Self.text(fields[column], isLatin1) else {
                    throw RecordProblem(
                        column: column + 1, name: names[column],
                        value: String(decoding: fields[column], as: UTF8.self),
                        expected: "UTF-8; --encoding latin1 reads ISO 8859-1")
                }
                if let part = part(of: text, place.take) {
                    values[place.field] = .init(column: column + 1, name: names[column], text: part)
                    break
                }
            }
        }
        return values
    }

    private func ofObject(_ bytes: [UInt8]) throws(RecordProblem) -> FieldValues {
        guard let members = FlatJSON.values(of: isLatin1 ? Array(bytes.readAsLatin1.utf8) : bytes) else {
            throw RecordProblem(
                value: String(decoding: bytes.prefix(80), as: UTF8.self), expected: "a JSON object in UTF-8")
        }
        var values = FieldValues()
        for (field, column) in mapping.fields {
            for name in column.names {
                guard let text = members[name] else { continue }
                values.note(field)
                if let part = part(of: Self.trimmed(text), column.take) {
                    values[field] = .init(column: 0, name: name, text: part)
                    break
                }
            }
        }
        return values
    }

    /// The part of a value that counts; `nil` when nothing is left.
    private func part(of text: String, _ take: CDRMapping.Take) -> String? {
        var text = text
        if mapping.isPercentEncoded, text.contains("%") { text = text.removingPercentEncoding ?? text }
        switch take {
        case .whole: break
        case .channel:
            text = text.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
            if let dash = text.lastIndex(of: "-"), text[dash...].dropFirst().allSatisfy(\.isHexDigit) {
                text = String(text[..<dash])
            }
        case .user: text = SIPAddressParts(text).user
        case .host: text = SIPAddressParts(text).host
        }
        return text.isEmpty ? nil : text
    }

    // MARK: Text

    /// The fields of a line, without the quotes and the blanks around them.
    static func split(_ bytes: [UInt8], _ separator: UInt8) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isQuoted {
                if byte != quote {
                    field.append(byte)
                } else if index < bytes.count, bytes[index] == quote {
                    field.append(byte)
                    index += 1
                } else {
                    isQuoted = false
                }
            } else if byte == separator {
                fields.append(trimmed(field))
                field = []
                wasQuoted = false
            } else if byte == quote && !wasQuoted && field.allSatisfy({ $0 == 0x20 }) {
                isQuoted = true
                wasQuoted = true
            } else {
                field.append(byte)
            }
        }
        fields.append(trimmed(field))
        return fields
    }

    /// Without blanks around it. `="0123"` is how a spreadsheet is told to leave a text alone.
    private static func trimmed(_ field: [UInt8]) -> [UInt8] {
        guard let first = field.firstIndex(where: { $0 > 0x20 }), let last = field.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        let text = field[first...last]
        let isFormula = text.count >= 3 && text.starts(with: "=\"".utf8) && text.last == quote
        return Array(isFormula ? text.dropFirst(2).dropLast() : text)
    }

    private static func trimmed(_ text: String) -> String {
        String(decoding: trimmed(Array(text.utf8)), as: UTF8.self)
    }

    private static func text(_ field: [UInt8], _ isLatin1: Bool) -> String? {
        isLatin1 ? field.readAsLatin1 : String(validating: field, as: UTF8.self)
    }

    /// Commas, tabs, semicolons or bars, whichever a line has most of.
    static func separator(of line: some Sequence<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        for byte in line where ",\t;|".utf8.contains(byte) { counts[byte, default: 0] += 1 }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? UInt8(ascii: ",")
    }
}

extension [UInt8] {
    /// Of ISO 8859-1 each byte is a character.
    var readAsLatin1: String { String(String.UnicodeScalarView(map(Unicode.Scalar.init))) }
}

/// `sip:user@host:port;parameters`, `<tel:user>`, `host:port`: who, and where.
struct SIPAddressParts {
    let user: String
    let host: String

    init(_ text: String) {
        var rest = text[...]
        if let open = rest.firstIndex(of: "<") { rest = rest[open...].dropFirst().prefix { $0 != ">" } }
        for scheme in ["sip:", "sips:", "tel:"] where rest.lowercased().hasPrefix(scheme) {
            rest = rest.dropFirst(scheme.count)
        }
        rest = rest.prefix { $0 != ";" && $0 != "?" }
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at].prefix { $0 != ":" && $0 != ";" })
            rest = rest[at...].dropFirst()
        } else {
            user = String(rest)
        }
        if rest.hasPrefix("[") {
            host = String(rest.dropFirst().prefix { $0 != "]" })
        } else {
            // One colon is before a port; more of them are an address of IPv6.
            host = rest.count { $0 == ":" } == 1 ? String(rest.prefix { $0 != ":" }) : String(rest)
        }
    }
}
