import HTTPTypes
import Services

extension Problem {
    /// Why somebody was not let in.
    init(_ refusal: LoginRefusal) {
        switch refusal {
        case .wrong:
            self.init(.unauthorized, "login-wrong", "Not let in", "the address or the password is wrong")
        case .codeMissing:
            self.init(
                .unauthorized, "code-missing", "A code is needed", "send the code of the second factor as well: code")
        case .wrongCode:
            self.init(
                .unauthorized, "code-wrong", "The code is wrong", "the code is wrong, was used, or is over")
        case .locked(let seconds):
            self.init(
                .tooManyRequests, "locked", "Locked",
                "there were too many attempts; nothing is looked at for \(seconds) s")
            headers[.retryAfter] = String(seconds)
        case .closed: self.init(.forbidden, "closed", "The operator is closed", "the operator is closed")
        }
    }

    /// What somebody may not do.
    static func lacking(_ permission: String, _ caller: APICaller) -> Problem {
        switch caller.duty {
        case .password:
            return Problem(
                .forbidden, "password-due", "Another password first", "choose another password: POST /v1/me/password")
        case .secondFactor:
            return Problem(
                .forbidden, "second-factor-due", "A second factor first",
                "a role asks for a second factor: POST /v1/me/totp")
        case nil: break
        }
        let who =
            caller.kind == .key ? "the key \"\(caller.name)\" lacks the scope" : "\(caller.name) lacks the permission"
        return Problem(.forbidden, "scope-missing", "Not permitted", "\(who) \(permission)")
    }
}
