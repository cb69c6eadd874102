import Foundation
import HTTPTypes
import Hummingbird
import Services

/// How the call records of a request are to be read: what `heddle cdr import` takes as options.
struct BatchParameters {
    let options: IntakeOptions

    private static let names = [
        "account", "direction", "dry_run", "encoding", "map", "name", "preset", "source", "time_zone",
        "unknown_account", "unknown_carrier",
    ]
    private static let longest = 200

    /// - Throws: `Problem` that names the parameter.
    init(_ request: Request) throws {
        var given: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            let (name, value) = (String(name), String(value))
            guard Self.names.contains(name) else {
                throw Problem.wrong(
                    "parameter", name, expected: "one of \(Self.names.joined(separator: ", "))")
            }
            guard given.updateValue(value, forKey: name) == nil else {
                throw Problem.wrong(name, value, expected: "one value")
            }
            guard !value.contains("\0"), name == "map" || value.count <= Self.longest else {
                throw Problem.wrong(name, value, expected: "at most \(Self.longest) characters")
            }
        }
        let preset = try given["preset"] ?? Self.preset(of: request)
        guard let mapping = CDRMapping.preset(preset) else {
            let known = CDRMapping.presets.map(\.name).joined(separator: ", ")
            throw Problem.wrong("preset", preset, expected: "one of \(known)")
        }
        if given["source"]?.contains(where: { !$0.isWhitespace }) == false {
            throw Problem.wrong("source", given["source"] ?? "", expected: "the name of the switch")
        }
        var options = IntakeOptions(preset: preset, mapping: mapping, source: given["source"])
        if let map = given["map"] { try options.mapping.apply(Data(map.utf8), "map") }
        if let account = given["account"] { options.mapping.account = account }
        if let direction = try Self.word(given, "direction", ["outbound", "inbound", "emergency"]) {
            options.mapping.direction = direction
        }
        if let zone = given["time_zone"] { try options.setTimeZone(zone) }
        options.keepsUnknownAccounts = try Self.word(given, "unknown_account", ["reject", "keep"]) == "keep"
        options.keepsUnknownCarriers = try Self.word(given, "unknown_carrier", ["reject", "keep"]) == "keep"
        if let name = try Self.word(given, "encoding", RecordEncoding.allCases.map(\.rawValue)) {
            options.encoding = RecordEncoding(rawValue: name) ?? .auto
        }
        options.isDryRun = try Self.word(given, "dry_run", ["true", "false"]) == "true"
        options.fileName = given["name"] ?? "batch"
        self.options = options
    }

    /// The preset that the type of the body stands for.
    private static func preset(of request: Request) throws -> String {
        let type = request.headers[.contentType]?.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        switch type {
        case "text/csv": return "generic-csv"
        case "application/x-ndjson", "application/jsonl", "application/json-lines", "application/json":
            return "json-lines"
        default:
            var problem = Problem(
                .unsupportedMediaType, "unknown-type", "The kind of body is not known",
                "Content-Type is \"\(type ?? "")\", expected text/csv or application/x-ndjson, or a parameter preset")
            problem.fields = [
                .init(name: "Content-Type", value: type ?? "", expected: "text/csv or application/x-ndjson")
            ]
            throw problem
        }
    }

    private static func word(_ given: [String: String], _ name: String, _ words: [String]) throws -> String? {
        guard let value = given[name] else { return nil }
        guard words.contains(value) else {
            throw Problem.wrong(name, value, expected: words.joined(separator: " or "))
        }
        return value
    }
}
