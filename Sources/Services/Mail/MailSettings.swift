package import Mail

/// How mail is sent, and what it says of whoever sends it.
package struct MailSettings: Sendable {
    package var server: MailServer
    /// Where the password is that the server wants.
    package var password: SecretReference?
    package var sender: Mailbox
    /// The page where people choose a password: the token comes behind it, as a fragment, which no log of a server
    /// keeps. `nil` tells the token alone.
    package var passwordPage: String?

    package init(server: MailServer, sender: Mailbox) {
        self.server = server
        self.sender = sender
    }
}
