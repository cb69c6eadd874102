/// The servers that somebody asks, each under a name, and which one is meant when none is named.
package struct APIProfiles: Sendable {
    package private(set) var all: [APIProfile] = []
    /// The name of the one in use.
    package private(set) var current: String?

    private static let most = 200

    init() {}

    /// - Parameter name: nil means the one in use.
    /// - Returns: nil when none is in use.
    /// - Throws: `ProfileFailure` when there is none of the name.
    package func find(_ name: String?) throws(ProfileFailure) -> APIProfile? {
        guard let name = name ?? current else { return nil }
        guard let found = all.first(where: { $0.name == name }) else {
            let names = all.isEmpty ? "there are none" : "there are: \(all.map(\.name).joined(separator: ", "))"
            throw ProfileFailure(
                "no profile is called \"\(name.forDisplay(64))\"; \(names); heddle api profile add makes one")
        }
        return found
    }

    /// Adds one; the first is in use from now on.
    /// - Parameter replaces: takes the place of one of the same name.
    package mutating func add(_ profile: APIProfile, replaces: Bool) throws(ProfileFailure) {
        if let index = all.firstIndex(where: { $0.name == profile.name }) {
            guard replaces else {
                throw ProfileFailure("there is a profile \"\(profile.name)\"; say --replace to change it")
            }
            all[index] = profile
            return
        }
        guard all.count < Self.most else { throw ProfileFailure("there are \(Self.most) profiles; remove some first") }
        all.append(profile)
        if current == nil { current = profile.name }
    }

    /// The one that is meant from now on when none is named.
    package mutating func use(_ name: String) throws(ProfileFailure) { current = try find(name)?.name }

    /// Forgets one, with its key.
    package mutating func remove(_ name: String) throws(ProfileFailure) {
        _ = try find(name)
        all.removeAll { $0.name == name }
        if current == name { current = nil }
    }
}

// MARK: As they are kept

extension APIProfiles {
    /// - Parameter path: where the bytes were, for messages.
    init(_ bytes: [UInt8], path: String) throws(ProfileFailure) {
        let remedy = "mend it, or remove it and add the profiles again"
        let document: JSONValue
        do {
            document = try JSONValue(bytes)
        } catch {
            throw ProfileFailure("\(path) is not JSON, line \(error.line): \(error.reason); \(remedy)")
        }
        guard case .list(let entries)? = document["profiles"], entries.count <= Self.most else {
            throw ProfileFailure("\(path) has no list of profiles; \(remedy)")
        }
        self.init()
        for entry in entries {
            do {
                all.append(try APIProfile(entry))
            } catch {
                throw ProfileFailure("\(path) has a profile that is none: \(error); \(remedy)")
            }
        }
        if case .text(let name)? = document["current"] { current = try find(name)?.name }
    }

    /// As the file has it.
    var json: String {
        var members: [JSONValue.Member] = [JSONValue.Member("version", 1)]
        if let current { members.append(JSONValue.Member("current", .text(current))) }
        members.append(JSONValue.Member("profiles", .list(all.map(\.json))))
        return JSONValue.object(members).lines() + "\n"
    }
}

extension APIProfile {
    fileprivate init(_ entry: JSONValue) throws(RequestFault) {
        guard case .text(let name)? = entry["name"], case .text(let address)? = entry["url"] else {
            throw RequestFault("it needs a name and a url")
        }
        let key: Key
        switch (entry["key"], entry["key_env"]) {
        case (.text(let text)?, nil): key = .kept(try Self.key(text))
        case (nil, .text(let variable)?): key = .variable(variable)
        case (nil, nil): key = .none
        default: throw RequestFault("it has one of key and key_env, as a text, or none")
        }
        try self.init(
            name, try ServerAddress(address), key, permitsPlainHTTP: entry["plain_http"] == .boolean(true))
    }

    fileprivate var json: JSONValue {
        var members = [JSONValue.Member("name", .text(name)), JSONValue.Member("url", .text(address.text))]
        switch key {
        case .none: break
        case .kept(let secret):
            members.append(JSONValue.Member("key", .text(String(decoding: secret.bytes, as: UTF8.self))))
        case .variable(let variable): members.append(JSONValue.Member("key_env", .text(variable)))
        }
        if permitsPlainHTTP { members.append(JSONValue.Member("plain_http", true)) }
        return .object(members)
    }
}
