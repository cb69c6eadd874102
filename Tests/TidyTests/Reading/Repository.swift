import Foundation

/// The files of the clone that these tests stand in.
struct Repository: Sendable {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath().ancestor(4)

    /// Read once: every rule looks at the same files.
    static let here = Repository(root: root)

    /// Paths from the root, sorted; what is built, fetched or hidden is not part of the house.
    let paths: [String]
    private let files: [String: TextFile]

    init(root: URL) {
        var found: [String: TextFile] = [:]
        var paths: [String] = []
        let prefix = root.path + "/"
        let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isDirectoryKey])
        while let url = walk?.nextObject() as? URL {
            let name = url.lastPathComponent
            if name == ".git" || name.hasPrefix(".build") || name == "__pycache__" {
                walk?.skipDescendants()
                continue
            }
            guard (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == false else { continue }
            let path = String(url.path.dropFirst(prefix.count))
            paths.append(path)
            if let data = try? Data(contentsOf: url), let text = String(data: data, encoding: .utf8) {
                found[path] = TextFile(path: path, text: text)  // a file that is no text has no rules
            }
        }
        self.paths = paths.sorted()
        files = found
    }

    /// The text files whose path starts with one of `folders` and ends with one of `suffixes`.
    func texts(in folders: [String] = [""], suffixes: [String] = [""]) -> [TextFile] {
        paths.compactMap { files[$0] }.filter { file in
            folders.contains { file.path.hasPrefix($0) } && suffixes.contains { file.path.hasSuffix($0) }
        }
    }

    /// The Swift files of the product: what is shipped, not what tests it.
    var sources: [SwiftFile] { Self.parsed.filter { !$0.path.hasPrefix("Tests/") } }

    /// Every Swift file, tests and manifest too.
    var swift: [SwiftFile] { Self.parsed }

    func file(_ path: String) -> TextFile? { files[path] }

    /// True for a file or a folder that has files.
    func exists(_ path: String) -> Bool {
        files[path] != nil || paths.contains { $0 == path || $0.hasPrefix(path + "/") }
    }

    private static let parsed = here.texts(suffixes: [".swift"]).map(SwiftFile.init)
}

/// A file of the repository.
struct TextFile: Sendable {
    let path: String
    let text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The lines with their numbers, from 1.
    var numberedLines: [(number: Int, text: Substring)] { lines.enumerated().map { ($0.offset + 1, $0.element) } }
}

extension URL {
    fileprivate func ancestor(_ levels: Int) -> URL {
        (0..<levels).reduce(self) { url, _ in url.deletingLastPathComponent() }
    }
}
