extension EntityDiagram {
    /// For pages that draw it themselves.
    package func mermaid() -> String {
        var lines = ["erDiagram"]
        for table in tables {
            lines.append("    \(Self.mermaidName(table.fullName)) {")
            for column in table.columns where isShown(column, of: table) {
                let type = column.type.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
                let marks = marks(of: column, in: table)
                lines.append(
                    "        \(type) \(column.name)\(marks.isEmpty ? "" : " " + marks.joined(separator: ", "))")
            }
            lines.append("    }")
        }
        for link in links {
            let line = (link.isOptional ? "|o" : "||") + (link.isHeld ? "--" : "..") + (link.isOne ? "o|" : "o{")
            lines.append(
                "    \(Self.mermaidName(link.target)) \(line) \(Self.mermaidName(link.from)) : \"\(link.column)\"")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func mermaidName(_ name: String) -> String { name.replacing(".", with: "_") }
}
