package import Catalog
import NIOCore

import struct Foundation.UUID

/// Whether a value can be one of a field. What passes here the database still judges; what does not is told with its
/// name, all of a request at once.
package enum FieldCheck {
    /// - Returns: what is expected; `nil` when the value will do.
    package static func problem(_ value: JSONValue, _ field: Resource.Field) -> String? {
        if value == .null { return field.isNullable ? nil : expectation(field) }
        guard case .list(let kind) = field.kind else {
            return isFine(value, field.kind, field) ? nil : expectation(field)
        }
        guard case .list(let elements) = value, elements.count <= mostElements,
            elements.allSatisfy({ $0 != .null && isFine($0, kind, field) })
        else { return expectation(field) }
        return nil
    }

    /// The same for a value that is written as text, in a parameter or in a path.
    package static func problem(text: String, _ field: Resource.Field) -> String? {
        switch field.kind {
        case .boolean: return ["true", "false"].contains(text) ? nil : "true or false"
        case .integer: return isFine(.number(text), .integer, field) ? nil : expectation(field)
        case .json, .bytes, .list: return "another field: this one cannot be compared"
        default: return isFine(.text(text), field.kind, field) ? nil : expectation(field)
        }
    }

    private static let mostElements = 1_000
    private static let longestText = 1 << 20

    private static func isFine(_ value: JSONValue, _ kind: ValueKind, _ field: Resource.Field) -> Bool {
        switch (kind, value) {
        case (.json, _): true
        case (.boolean, .boolean): true
        case (.integer, .number(let text)): isInteger(text, field)
        case (.decimal, .text(let text)): isDecimal(text, field)
        case (.text, .text(let text)):
            text.utf8.count <= longestText && !text.utf8.contains(0)
                && (field.rule.allowed.isEmpty || field.rule.allowed.contains(text))
        case (.uuid, .text(let text)): UUID(text: text) != nil
        case (.timestamp, .text(let text)): isTimestamp(text)
        case (.date, .text(let text)): text.wholeMatch(of: /(\d{4}-\d\d-\d\d)/).map { isDay($0.1) } ?? false
        case (.time, .text(let text)):
            text.wholeMatch(of: /([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?|24:00(:00)?/) != nil
        case (.address, .text(let text)): isAddress(text)
        case (.network, .text(let text)): isNetwork(text)
        default: false
        }
    }

    private static func isInteger(_ text: String, _ field: Resource.Field) -> Bool {
        guard let text = wholeNumber(text), let number = Int64(text) else { return false }
        let range: ClosedRange<Int64> =
            switch field.baseType {
            case "smallint", "smallint[]": Int64(Int16.min)...Int64(Int16.max)
            case "bigint", "bigint[]": .min ... .max
            default: Int64(Int32.min)...Int64(Int32.max)
            }
        let least = field.rule.minimum.flatMap { Int64($0) }.map { field.rule.isAboveMinimum ? $0 + 1 : $0 }
        return range.contains(number) && number >= least ?? .min
            && number <= field.rule.maximum.flatMap { Int64($0) } ?? .max
    }

    /// The digits of a whole number, however its zeros behind the point are written: to JSON Schema 8.0 is one.
    package static func wholeNumber(_ text: String) -> String? {
        text.wholeMatch(of: /(-?\d{1,20})(\.0{1,30})?/).map { String($0.1) }
    }

    /// More decimals than are kept are an error, never a rounding.
    private static func isDecimal(_ text: String, _ field: Resource.Field) -> Bool {
        guard let match = text.wholeMatch(of: /-?(\d{1,30})(?:\.(\d{1,30}))?/) else { return false }
        guard let size = size(of: field) else { return true }
        return match.1.drop { $0 == "0" }.count <= size.digits - size.decimals
            && (match.2?.count ?? 0) <= size.decimals
    }

    /// How many digits a numeric has, and how many of them are decimals.
    package static func size(of field: Resource.Field) -> (digits: Int, decimals: Int)? {
        guard let match = field.baseType.firstMatch(of: /\((\d+),(\d+)\)/), let digits = Int(match.1),
            let decimals = Int(match.2)
        else { return nil }
        return (digits, decimals)
    }

    /// Whether a text is an instant with its zone (RFC 3339), of a day that there is.
    package static func isTimestamp(_ text: String) -> Bool {
        guard
            let match = text.wholeMatch(
                of: /(\d{4}-\d\d-\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)/
            )
        else { return false }
        return isDay(match.1)
    }

    private static func isDay(_ text: Substring) -> Bool {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, parts[0] > 0, (1...12).contains(parts[1]) else { return false }
        let isLeap = parts[0] % 4 == 0 && (parts[0] % 100 != 0 || parts[0] % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][parts[1] - 1]
        return (1...days).contains(parts[2])
    }

    private static func isAddress(_ text: String) -> Bool {
        (try? SocketAddress(ipAddress: text, port: 0)) != nil && !text.contains("%")
    }

    /// Whether a text is a network: `203.0.113.0/24`.
    static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = parts.first, isAddress(String(address)) else { return false }
        guard parts.count == 2 else { return true }
        guard let bits = Int(parts[1]), parts[1].allSatisfy(\.isNumber) else { return false }
        return (0...(address.contains(":") ? 128 : 32)).contains(bits)
    }

    // MARK: Words

    /// What a field takes, in words.
    package static func expectation(_ field: Resource.Field) -> String {
        var words = words(field.kind, field)
        if !field.rule.allowed.isEmpty { words = "one of \(field.rule.allowed.joined(separator: ", "))" }
        return words + (field.isNullable ? ", or null" : "")
    }

    private static func words(_ kind: ValueKind, _ field: Resource.Field) -> String {
        switch kind {
        case .uuid: return "a UUID"
        case .text: return "a text"
        case .integer: return "a whole number" + bounds(field)
        case .decimal:
            let size = size(of: field)
            let decimals = size.map { " with at most \($0.decimals) decimals" } ?? ""
            return "a decimal number as a text, like \"0.0125\"," + decimals + bounds(field)
        case .boolean: return "true or false"
        case .timestamp: return "a time with its zone, like 2026-06-14T12:00:00Z"
        case .date: return "a day, like 2026-06-14"
        case .time: return "a time of day, like 08:30:00"
        case .json: return "JSON"
        case .address: return "an address, like 203.0.113.7"
        case .network: return "a network, like 203.0.113.0/24"
        case .bytes: return "hexadecimal digits"
        case .list(let element): return "a list, each element " + words(element, field)
        }
    }

    private static func bounds(_ field: Resource.Field) -> String {
        let rule = field.rule
        let least = rule.minimum.map { (rule.isAboveMinimum ? " above " : " from ") + $0 } ?? ""
        return least + (rule.maximum.map { " to " + $0 } ?? "")
    }
}
