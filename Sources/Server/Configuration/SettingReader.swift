import Configuration
import Foundation
import Postgres

/// Reads settings from the environment, and what is not there from the file. An empty value is as good as none.
struct SettingReader {
    private let reader: ConfigReader

    /// - Parameter file: what the configuration file sets.
    init(_ environment: [String: String], file: [String: String]) {
        let secrets = Set(Setting.allCases.filter(\.isSecret).map(\.rawValue))
        reader = ConfigReader(
            providers: [environment, file].map { values in
                EnvironmentVariablesProvider(
                    environmentVariables: values.filter { !$0.value.isEmpty }, secretsSpecifier: .specific(secrets))
            })
    }

    func text(_ setting: Setting) -> String? {
        let key = ConfigKey(setting.rawValue.lowercased().split(separator: "_").map(String.init))
        return reader.string(forKey: key, isSecret: setting.isSecret)
    }

    func number(
        _ setting: Setting, _ fallback: Int, in range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int {
        guard let value = text(setting) else { return fallback }
        guard let number = Int(value), range.contains(number) else {
            throw ConfigurationError(setting, value, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func flag(_ setting: Setting) throws(ConfigurationError) -> Bool {
        guard let value = text(setting) else { return false }
        switch value {
        case "true", "1", "yes": return true
        case "false", "0", "no": return false
        default: throw ConfigurationError(setting, value, "true or false")
        }
    }

    /// What stands between the commas; `nil` when nothing does.
    func list(_ setting: Setting) -> [String]? {
        let parts = text(setting)?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        let entries = parts?.filter { !$0.isEmpty } ?? []
        return entries.isEmpty ? nil : entries
    }

    /// The address of a database.
    /// - Throws: when libpq cannot read it, or when it is neither on this machine nor verified.
    func database(_ setting: Setting, allowsInsecure: Bool) throws(ConfigurationError) -> String? {
        guard let value = text(setting) else { return nil }
        do {
            try ConnectionTarget(address: value).requireSafety(allowsInsecure: allowsInsecure)
        } catch {
            throw ConfigurationError("\(setting.rawValue): \(error.message)")
        }
        return value
    }
}

/// A setting with a wrong value.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// Names the setting, its value and what is expected.
    init(_ setting: Setting, _ value: String, _ expected: String) {
        self.init("\(setting.rawValue) is \"\(value)\", expected \(expected)")
    }

    init(_ sentence: String) { description = sentence }
}
