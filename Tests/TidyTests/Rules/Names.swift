/// Names that say nothing attract everything.
enum Names {
    private static let folders: Set<String> = [
        "util", "utils", "utilities", "helper", "helpers", "common", "misc", "shared", "manager", "managers",
    ]
    private static let typeEndings = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Manager"]
    private static let advice = "name it after what it does, or put its parts where they are used"

    static func check(path: String) -> Violation? {
        let parts = path.split(separator: "/").map { $0.prefix { $0 != "." && $0 != "+" }.lowercased() }
        guard let bad = parts.first(where: folders.contains) else { return nil }
        return Violation(path: path, line: 1, advice: "a folder or file called \(bad); \(advice)")
    }

    static func check(_ file: SwiftFile) -> [Violation] {
        file.declarations.filter { type in
            type.kind == .type && (type.name == "Common" || typeEndings.contains { type.name.hasSuffix($0) })
        }.map { type in
            Violation(path: file.path, line: type.firstLine, advice: "a type called \(type.name); \(advice)")
        }
    }
}
