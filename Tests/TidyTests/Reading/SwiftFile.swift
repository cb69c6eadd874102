/// A Swift file, taken apart as far as the rules need it.
struct SwiftFile: Sendable {
    let path: String
    let lines: [Substring]
    let tokens: [Token]
    /// The comments alone, line by line.
    let comments: [Substring]
    let declarations: [Declaration]

    init(_ file: TextFile) {
        let mask = SwiftMask(file.text)
        path = file.path
        lines = file.lines
        tokens = Token.tokens(of: mask.code)
        let comments = String(decoding: mask.comments, as: UTF8.self)
        self.comments = comments.split(separator: "\n", omittingEmptySubsequences: false)
        declarations = DeclarationReader.declarations(in: tokens, text: Array(file.text.utf8))
    }

    /// A fixture.
    init(path: String = "Sources/Fixture/Fixture.swift", _ text: String) {
        self.init(TextFile(path: path, text: text))
    }

    /// Targets whose folder is called otherwise, as Package.swift says.
    static let foldersOfTargets = [
        "Schema": "db", "Deploy": "deploy", "HeddleBench": "Benchmarks", "TestSupport": "Tests/Support",
    ]

    /// The target that the file belongs to, as the folders say; nil for the manifest and what is in no target.
    var target: String? {
        let special = Self.foldersOfTargets.first { path.hasPrefix($0.value + "/") }
        if let special { return special.key }
        let folders = path.split(separator: "/")
        guard folders.count > 2, folders[0] == "Sources" || folders[0] == "Tests" else { return nil }
        return String(folders[1])
    }
}
