/// For Graphviz: the whole model shows tables only, a schema also their columns.
extension EntityDiagram {
    /// The graph; its id is a digest of it, which a picture that was drawn from it repeats.
    package func dot() -> String {
        let body = graph().joined(separator: "\n") + "\n}\n"
        return "digraph model {\n    id=\"\(Self.digest(of: body))\";\n" + body
    }

    /// What a picture of this graph has as its id, in SVG.
    package var pictureID: String { Self.digest(of: graph().joined(separator: "\n") + "\n}\n") }

    private func graph() -> [String] {
        var lines = [
            "    graph [rankdir=LR, fontname=\"Helvetica\", nodesep=\(isWhole ? "0.2" : "0.3"),"
                + " ranksep=\(isWhole ? "0.9" : "1.0"), splines=true, pad=0.3,"
                + (isWhole ? " pack=20, packmode=clust," : "")
                + " bgcolor=\"\(isWhole ? "white" : colour(of: tables.first?.schema ?? "", 0.04, 0.99))\"];",
            "    node [shape=plain, fontname=\"Helvetica\", fontsize=11];",
            "    edge [dir=both, arrowsize=0.75, fontname=\"Helvetica\"];",
        ]
        lines += legend()
        lines += isWhole ? schemaFrames() : tables.map { node($0.fullName, columnsLabel($0)) }
        lines += isWhole ? wholeLines() : columnLines()
        return lines
    }

    func node(_ name: String, _ label: String) -> String { "    \"\(name)\" [label=<\(label)>];" }

    /// The marks at both ends: at the target one row, or none or one; at the other end any number, or none or one.
    func ends(_ link: Link) -> String {
        "arrowtail=\(link.isOptional ? "teeodot" : "tee"), arrowhead=\(link.isOne ? "teeodot" : "crowodot"), "
            + "style=\(link.isHeld ? "solid" : "dashed")"
    }

    // MARK: Colours

    /// All of a schema have its hue; neighbours in the list of schemas are far from each other on the wheel.
    func colour(of schema: some StringProtocol, _ saturation: Double, _ value: Double) -> String {
        Self.colour(schemaNames.firstIndex { $0 == schema }, saturation, value)
    }

    /// All lines to a table have its hue, so that they can be told from those that they cross.
    func lineColour(to table: String) -> String { Self.colour(tableNames.firstIndex(of: table), 0.6, 0.6) }

    private static func colour(_ place: Int?, _ saturation: Double, _ value: Double) -> String {
        // The golden ratio of a thousand: no two of many places come close.
        "\(Double((place ?? 0) * 618 % 1000) / 1000) \(saturation) \(value)"
    }

    /// FNV-1a: the same on every machine.
    private static func digest(of text: String) -> String {
        let hash = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return "drawn_from_" + String(hash, radix: 16)
    }
}
