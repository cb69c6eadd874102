/// A link in the documents leads somewhere.
enum Links {
    /// - Parameter exists: whether a path from the root of the repository is a file or a folder.
    static func check(_ file: TextFile, exists: (String) -> Bool) -> [Violation] {
        var isCode = false
        return file.numberedLines.flatMap { number, line -> [Violation] in
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode else { return [] }
            return targets(in: line).compactMap { target in
                guard let path = resolve(target, from: file.path) else {
                    return Violation(path: file.path, line: number, advice: "\(target) leads out of the repository")
                }
                guard !path.isEmpty, !exists(path) else { return nil }
                return Violation(path: file.path, line: number, advice: "\(target) leads nowhere; there is no \(path)")
            }
        }
    }

    /// What stands in `](…)`, without addresses of other hosts and places on the page itself.
    private static func targets(in line: Substring) -> [String] {
        let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined(separator: " ")
        return prose.ranges(of: "](").compactMap { found in
            let target = prose[found.upperBound...].prefix { $0 != ")" && $0 != " " }
            let isElsewhere = target.contains("://") || target.hasPrefix("mailto:") || target.hasPrefix("#")
            return isElsewhere || target.isEmpty ? nil : String(target.prefix { $0 != "#" })
        }
    }

    /// The path from the root; empty for the root itself, nil outside it.
    private static func resolve(_ target: String, from file: String) -> String? {
        var parts = target.hasPrefix("/") ? [] : file.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}
