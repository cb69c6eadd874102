/// Rules about which files there are.
enum Folders {
    /// Every target is tested: it has a folder of tests with at least one test in it.
    static func untestedTargets(_ files: [SwiftFile]) -> [Violation] {
        let targets = Set(files.filter { !$0.path.hasPrefix("Tests/") }.compactMap(\.target))
        return targets.sorted().compactMap { target in
            let folder = "Tests/\(target.prefix(1).uppercased())\(target.dropFirst())Tests/"
            let isTested = files.contains { $0.path.hasPrefix(folder) && $0.hasTest }
            let path = SwiftFile.foldersOfTargets[target] ?? "Sources/\(target)"
            return isTested
                ? nil : Violation(path: path, line: 1, advice: "no @Test in \(folder); every target is tested")
        }
    }

    /// What is in no target is neither built nor run, and nothing says so.
    static func withoutTarget(_ paths: [String], _ manifest: Manifest) -> [Violation] {
        let names = Set(manifest.targets.map(\.name))
        let folders = Set(
            paths.compactMap { path -> String? in
                let parts = path.split(separator: "/")
                guard parts.count > 2, parts[0] == "Sources" || parts[0] == "Tests" && parts[1].hasSuffix("Tests")
                else {
                    return nil
                }
                return names.contains(String(parts[1])) ? nil : "\(parts[0])/\(parts[1])"
            })
        return folders.sorted().map {
            Violation(
                path: $0, line: 1, advice: "no target has this name, so nothing here is built; add it to Package.swift")
        }
    }

    /// Every SIPp scenario is played by a test.
    static func unusedScenarios(_ repository: Repository) -> [Violation] {
        let tests = repository.texts(in: ["Tests/"], suffixes: [".swift"])
        return repository.texts(in: ["Tests/Scenarios/"], suffixes: [".xml"]).compactMap { scenario in
            let name = scenario.path.dropFirst("Tests/Scenarios/".count).dropLast(".xml".count)
            guard !tests.contains(where: { $0.text.contains(wholeWord: String(name)) }) else { return nil }
            return Violation(
                path: scenario.path, line: 1, advice: "no test names this scenario; write one, or delete it")
        }
    }

    /// `NNNN_what_it_does.sql`, without a gap and without two of one number.
    static func misnumberedMigrations(_ paths: [String]) -> [Violation] {
        let folder = "db/migrations/"
        let files = paths.filter { $0.hasPrefix(folder) }.sorted()
        return files.enumerated().compactMap { index, path in
            let name = path.dropFirst(folder.count)
            let digits = name.prefix { $0.isASCII && $0.isNumber }
            guard digits.count == 4, name.dropFirst(4).hasPrefix("_"), name.hasSuffix(".sql") else {
                return Violation(path: path, line: 1, advice: "not called NNNN_what_it_does.sql; rename it")
            }
            guard Int(digits) != index + 1 else { return nil }
            return Violation(
                path: path, line: 1, advice: "expected number \(index + 1) here; numbers have no gap and no twin")
        }
    }

    /// A migration starts with what it is for.
    static func migrationWithoutHeader(_ file: TextFile) -> Violation? {
        let isHeader = file.text.hasPrefix("-- ") && !file.text.hasPrefix("-- heddle:")
        guard !isHeader else { return nil }
        return Violation(path: file.path, line: 1, advice: "no header; start with a comment that says what this is for")
    }
}

extension SwiftFile {
    fileprivate var hasTest: Bool {
        tokens.indices.dropFirst().contains { tokens[$0].text == "Test" && tokens[$0 - 1].text == "@" }
    }
}
