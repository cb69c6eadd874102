import Foundation

/// How this program is called at a prompt.
enum ProgramName {
    /// Its name where the shell finds it by that, else the path by which it was started.
    /// - Parameters:
    ///   - started: the first word of our own command line.
    ///   - path: the shell's PATH.
    static func atPrompt(
        _ started: String = CommandLine.arguments.first ?? "heddle",
        path: String = ProcessInfo.processInfo.environment["PATH"] ?? ""
    ) -> String {
        let name = URL(filePath: started).lastPathComponent
        guard started.contains("/") else { return name.quotedForShell }
        let found = path.split(separator: ":").map { "\($0)/\(name)" }
            .first(where: FileManager.default.isExecutableFile(atPath:))
        let isFound = found.map { real($0) == real(started) } ?? false
        return (isFound ? name : started).quotedForShell
    }

    private static func real(_ path: String) -> String { URL(filePath: path).resolvingSymlinksInPath().path }
}

extension String {
    /// As one word of a shell's line.
    var quotedForShell: String {
        let isPlain = !isEmpty && wholeMatch(of: /[A-Za-z0-9_.\/:+,@%=-]+/) != nil
        return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
    }
}
