/// Imports point down: a target sees only the rows below its own.
enum Layers {
    /// From the top of the house to the ground. A new target gets its place here.
    static let rows: [[String]] = [
        ["heddle", "HeddleBench"],
        ["Server"],
        ["HTTPAPI", "Portal", "SIPEdge", "SMPPGateway", "Jobs"],
        ["Services"],
        ["Catalog"],
        ["Telecom"],
        ["Postgres", "SMPP", "SIP", "Mail", "Processes", "Observability"],
        ["Schema", "Deploy", "Reactor"],
        ["CPosix", "CLibPQ", "CZlib", "CCrypt", "CCurl"],
    ]

    /// What may be seen in its own row.
    private static let neighbours = ["Postgres": ["Processes"]]
    /// What may see nothing of ours, although there are rows below it.
    private static let alone: Set<String> = ["Telecom"]
    /// What engines leave to the rows above: I/O, clocks and the system.
    private static let outside: Set<String> = ["Foundation", "Glibc", "Dispatch"]

    private static let row: [String: Int] = Dictionary(
        uniqueKeysWithValues: rows.enumerated().flatMap { number, names in names.map { ($0, number) } })

    static func check(_ manifest: Manifest) -> [Violation] {
        manifest.targets.filter { !$0.isTest && $0.name != "TestSupport" }.flatMap { target in
            guard row[target.name] != nil else {
                let advice = "target \(target.name) has no place in the house; give it a row in Layers.swift"
                return [Violation(path: "Package.swift", line: target.line, advice: advice)]
            }
            return target.dependencies.compactMap { dependency in
                problem(of: target.name, with: dependency).map {
                    Violation(path: "Package.swift", line: target.line, advice: $0)
                }
            }
        }
    }

    static func check(_ file: SwiftFile) -> [Violation] {
        guard let target = file.target, !file.path.hasPrefix("Tests/") else { return [] }
        return imports(of: file).compactMap { module, line in
            problem(of: target, with: module).map { Violation(path: file.path, line: line, advice: $0) }
        }
    }

    private static func problem(of target: String, with module: String) -> String? {
        if alone.contains(target) && outside.contains(module) {
            return "\(target) imports \(module); an engine gets values and returns a decision, so pass in what it needs"
        }
        if module == "TestSupport" { return "\(target) imports TestSupport, which is for tests only" }
        guard let from = row[target], let to = row[module] else { return nil }
        if alone.contains(target) {
            return "\(target) imports \(module); it imports nothing of ours, so pass in values"
        }
        if to > from || neighbours[target]?.contains(module) == true { return nil }
        return "\(target) imports \(module), which is not below it; move what both need down, or pass it in"
    }

    /// The modules that a file imports, with their lines.
    static func imports(of file: SwiftFile) -> [(module: String, line: Int)] {
        let kinds: Set<String> = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let", "actor"]
        let tokens = file.tokens
        return tokens.indices.compactMap { index in
            guard tokens[index].text == "import", index + 1 < tokens.count else { return nil }
            let isKind = kinds.contains(tokens[index + 1].text) && index + 2 < tokens.count
            let module = tokens[isKind ? index + 2 : index + 1]
            return module.isWord && module.line == tokens[index].line ? (module.text, module.line) : nil
        }
    }
}
