import ArgumentParser
import Foundation
import Services

extension APICommand {
    struct Login: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Log in as a person, and keep the session in a profile in the place of a key.",
            discussion: """
                The password is typed, or comes from standard input. A session ends an hour after its last use, and \
                after twelve hours; scripts want a key.
                """)

        @OptionGroup var connection: APIConnection

        @Option(help: "The login, an address.")
        var email: String

        @Option(help: "Of the second factor, where there is one.")
        var code: String?

        private static let mostBytes = 65_536

        func run() async throws {
            let environment = ProcessInfo.processInfo.environment
            let file = try ProfileFile(environment)
            let usual = environment[APITarget.Variable.profile.rawValue] ?? ""
            guard let profile = try file.read().find(connection.profile ?? (usual.isEmpty ? nil : usual)) else {
                throw CommandFailure("say for which server, with --profile; heddle api profile add makes one")
            }
            let target = try APITarget(
                profile.address, key: nil, permitsPlainHTTP: connection.insecure || profile.permitsPlainHTTP)
            let password = try StandardInput.secret("Password of \(email): ")
            let ask = AskAPI(target, retries: connection.retries) { complain($0) }
            let answer = try await ask.document(try Self.call(email, password, code), upTo: Self.mostBytes)
            guard case .text(let token)? = answer["token"] else {
                throw CommandFailure("the answer has no token; is \(profile.address.text) a heddle?")
            }
            let session = try profile.with(.kept(try APIProfile.key(token)))
            try file.change { profiles in try profiles.add(session, replaces: true) }
            print("logged in; the session of \"\(profile.name)\" ends at \(answer["expires_at"]?.shown ?? "its time")")
        }

        private static func call(_ email: String, _ password: String, _ code: String?) throws -> APICall {
            let bare = password.prefix { !$0.isNewline }
            let body = JSONWriter.object { json in
                json.text("email", email)
                json.text("password", String(bare))
                json.text("code", code)
            }
            return try APICall(.post, "/v1/auth/login", body: .bytes(Array(body.utf8), type: "application/json"))
        }
    }
}
