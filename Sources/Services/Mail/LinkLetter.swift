/// What a mail with a link to choose a password by says.
struct LinkLetter {
    let purpose: UserLink.Purpose
    /// Of whoever gets it.
    let name: String
    /// Whose users they are.
    let company: String
    /// Opens the door, once.
    let token: String
    let page: String?
    /// When it opens nothing any more, as the API writes times.
    let ends: String

    var subject: String {
        switch purpose {
        case .invitation: "Your login at \(company.forDisplay(100))"
        case .passwordReset: "A new password for \(company.forDisplay(100))"
        }
    }

    var text: String {
        let reason =
            switch purpose {
            case .invitation: "\(company.forDisplay(100)) has made a login for you."
            case .passwordReset: "somebody asked for a new password for your login at \(company.forDisplay(100))."
            }
        let way =
            page == nil ? "This code lets you choose a password, where you log in:" : "Please choose a password here:"
        // In UTC, to the minute: 2026-11-28T10:52:30.123456Z.
        let end = ends.prefix(16).replacing("T", with: " ")
        return """
            Hello \(name.forDisplay(100)),

            \(reason)
            \(way)

            \(page.map { "\($0)#token=\(token)" } ?? token)

            It is good once, until \(end) UTC. If you did not expect this mail, you
            need do nothing.

            """
    }
}
