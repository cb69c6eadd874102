/// Which server is asked, and with which key.
package struct APITarget: Sendable {
    /// What the environment may say of it.
    package enum Variable: String, Sendable, CaseIterable {
        case profile = "HEDDLE_PROFILE"
        case address = "HEDDLE_API_URL"
        case key = "HEDDLE_API_KEY"
    }

    package let address: ServerAddress
    package let key: Secret?

    /// - Parameter permitsPlainHTTP: others may read along.
    /// - Throws: `ProfileFailure` when they could, and may not.
    package init(_ address: ServerAddress, key: Secret?, permitsPlainHTTP: Bool = false) throws(ProfileFailure) {
        guard permitsPlainHTTP || !address.isReadableOnTheWay else {
            throw ProfileFailure(
                "\(address.text) is HTTP without TLS: everybody on the way could read the key; use https://, or say "
                    + "--insecure where nobody else is on the way")
        }
        self.address = address
        self.key = key
    }

    /// Finds out which. A profile that the command line names comes first; then the environment; then what is in use.
    ///
    /// A profile's key is for the profile's server: an address from the environment takes its key from there, too.
    /// - Parameters:
    ///   - profile: as the command line names it.
    ///   - profiles: read only where they are needed.
    /// - Throws: `ProfileFailure`.
    package static func find(
        profile: String?, environment: [String: String], permitsPlainHTTP: Bool, profiles: () throws -> APIProfiles
    ) throws -> APITarget {
        func value(_ variable: Variable) -> String? { environment[variable.rawValue].flatMap { $0.isEmpty ? nil : $0 } }
        var givenKey: Secret?
        if profile == nil, let text = value(.key) { givenKey = try key(text, from: .key) }
        if profile == nil, let text = value(.address) {
            do {
                return try APITarget(try ServerAddress(text), key: givenKey, permitsPlainHTTP: permitsPlainHTTP)
            } catch let fault as RequestFault {
                throw ProfileFailure("\(Variable.address.rawValue): \(fault)")
            }
        }
        guard let found = try profiles().find(profile ?? value(.profile)) else {
            throw ProfileFailure(
                "it is not known which server to ask; run: heddle api profile add NAME --url https://HOST "
                    + "--key-from-stdin, or set HEDDLE_API_URL and HEDDLE_API_KEY")
        }
        return try APITarget(
            found.address, key: try givenKey ?? found.secret(environment),
            permitsPlainHTTP: permitsPlainHTTP || found.permitsPlainHTTP)
    }

    private static func key(_ text: String, from variable: Variable) throws(ProfileFailure) -> Secret {
        do {
            return try APIProfile.key(text)
        } catch {
            throw ProfileFailure("\(variable.rawValue): \(error)")
        }
    }
}

extension APIProfile {
    /// The key itself; nil where there is none.
    fileprivate func secret(_ environment: [String: String]) throws(ProfileFailure) -> Secret? {
        switch key {
        case .none: return nil
        case .kept(let secret): return secret
        case .variable(let variable):
            guard let text = environment[variable], !text.isEmpty else {
                throw ProfileFailure(
                    "the profile \"\(name)\" takes its key from $\(variable), which is not set; set it")
            }
            do {
                return try Self.key(text)
            } catch {
                throw ProfileFailure("$\(variable): \(error)")
            }
        }
    }
}
