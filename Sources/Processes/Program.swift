/// What to start: a program, its arguments and the circumstances it runs in.
package struct Program: Sendable {
    /// Where the child's standard output and error go.
    package enum Output: Sendable {
        /// The parent's own.
        case inherited
        /// Appended to a file, made with mode 0640 when it is missing.
        case file(String)
    }

    /// What happens to the child when the program that started it is gone.
    package enum Lifetime: Sendable {
        /// It gets this signal at once, even when the parent was killed with -9 (prctl(2), PR_SET_PDEATHSIG).
        case endsWithParent(signal: Int32)
        /// It runs on in a session of its own, and can be adopted by its pid file.
        case outlivesParent
        /// It works at our terminal while we wait for it: it has our standard input, our session and our process group,
        /// since a program in a group of its own is stopped as soon as it reads from the terminal.
        case sharesTerminal
    }

    package var path: String
    package var arguments: [String]
    /// The whole environment of the child, not an addition to the parent's.
    package var environment: [String: String]
    package var directory: String?
    /// The user to become; only root can. `nil` stays who we are.
    package var user: SystemUser?
    package var output: Output
    package var lifetime: Lifetime

    package init(
        path: String,
        arguments: [String],
        environment: [String: String] = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"],
        directory: String? = nil,
        user: SystemUser? = nil,
        output: Output = .inherited,
        lifetime: Lifetime
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
        self.user = user
        self.output = output
        self.lifetime = lifetime
    }
}
