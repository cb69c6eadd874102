import Foundation

/// A file of settings: `NAME=value` a line, as systemd's EnvironmentFile and Docker's --env-file read it too.
struct SettingFile {
    let values: [String: String]

    private static let maximumBytes = 64 * 1024

    /// - Throws: `ConfigurationError` when the file cannot be read, or a line is not a setting that there is.
    init(path: String) throws(ConfigurationError) {
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count <= Self.maximumBytes else {
            throw ConfigurationError(
                .configFile, path, "a file that can be read and has at most \(Self.maximumBytes) bytes")
        }
        try self.init(path: path, text: String(decoding: bytes, as: UTF8.self))
    }

    init(path: String, text: String) throws(ConfigurationError) {
        var values: [String: String] = [:]
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = line.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].trimmingCharacters(in: .whitespaces)
            let place = "line \(index + 1) of \(path)"
            guard parts.count == 2 else {
                throw ConfigurationError("\(place) has no \"=\", expected NAME=value, or # before a remark")
            }
            guard let setting = Setting(rawValue: name), setting != .configFile else {
                let nearest = Setting.nearest(to: name).map { "; did you mean \($0.rawValue)?" } ?? ""
                throw ConfigurationError("\(place) sets \"\(name)\", which is not a setting of the file\(nearest)")
            }
            values[name] = Self.unquoted(parts[1].trimmingCharacters(in: .whitespaces))
        }
        self.values = values
    }

    private static func unquoted(_ value: String) -> String {
        guard value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote else {
            return value
        }
        return String(value.dropFirst().dropLast())
    }
}
