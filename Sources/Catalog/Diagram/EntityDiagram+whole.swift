/// The picture of all schemas: a frame of each, with its tables and the lines between them.
extension EntityDiagram {
    func schemaFrames() -> [String] {
        Dictionary(grouping: tables, by: \.schema).sorted { $0.key < $1.key }.flatMap { schema, tables in
            var lines = [
                "    subgraph \"cluster_\(schema)\" {", "    id=\"\(schema)\";",
                "    label=\"\(schema)\"; fontsize=20; margin=14; style=\"rounded,filled\";"
                    + " fillcolor=\"\(colour(of: schema, 0.05, 0.98))\"; color=\"\(colour(of: schema, 0.25, 0.8))\";",
            ]
            lines += tables.map { node($0.fullName, tableLabel($0)) }
            let standIns = Set(standIns.filter { Link.schema($0.from) == schema }.map(\.target)).sorted()
            lines += standIns.map { target in
                "    \"\(schema)>\(target)\" [shape=box, style=\"rounded,filled,dashed\", label=\"\(target)\","
                    + " fontsize=10, height=0.25, fillcolor=\"\(colour(of: Link.schema(target), 0.1, 0.98))\","
                    + " color=\"\(colour(of: Link.schema(target), 0.5, 0.6))\"];"
            }
            return lines + ["    }"]
        }
    }

    /// Two keys between the same tables are one line.
    func wholeLines() -> [String] {
        var lines: [String] = []
        for link in links.filter(\.isLine) + standIns {
            let target = link.isLine ? link.target : "\(Link.schema(link.from))>\(link.target)"
            let line =
                "    \"\(target)\" -> \"\(link.from)\" [\(ends(link)), color=\"\(lineColour(to: link.target))\"];"
            if !lines.contains(line) { lines.append(line) }
        }
        return lines
    }

    /// Keys to the same thing in another schema: the other table stands once more in this frame.
    private var standIns: [Link] {
        links.filter { $0.isSameThing && Link.schema($0.from) != Link.schema($0.target) }
    }

    private func tableLabel(_ table: Catalog.Table) -> String {
        let note =
            "<FONT POINT-SIZE=\"8\" COLOR=\"#6b7685\">\(scope(of: table))"
            + "\(table.kind == .partitioned ? " · by month" : "")</FONT>"
        var rows = ["<TR><TD ALIGN=\"LEFT\">\(table.fullName)</TD><TD ALIGN=\"RIGHT\">\(note)</TD></TR>"]
        var named: Set<String> = []
        for link in links where link.from == table.fullName && !link.isLine && !link.isSameThing {
            guard named.insert(link.target).inserted else { continue }
            let schema = Link.schema(link.target)
            rows.append(
                "<TR><TD COLSPAN=\"2\" ALIGN=\"LEFT\" BGCOLOR=\"\(colour(of: schema, 0.1, 0.98))\">"
                    + otherTable(link, size: 8) + "</TD></TR>")
        }
        return "<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\" BGCOLOR=\"white\""
            + " COLOR=\"\(colour(of: table.schema, 0.3, 0.6))\">\(rows.joined())</TABLE>"
    }

    /// Whose rows they are: why a table may stand alone, and which keys are left out.
    private func scope(of table: Catalog.Table) -> String {
        let columns = Set(table.columns.map(\.name))
        if columns.contains("account_id") { return "account" }
        return columns.contains("tenant_id") || table.fullName == "core.tenants" ? "tenant" : "everyone"
    }

    /// The name of the table that a key points to, where no line leads.
    func otherTable(_ link: Link, size: Int) -> String {
        let name = link.from == link.target ? "itself" : link.target
        return "<FONT POINT-SIZE=\"\(size)\" COLOR=\"\(colour(of: Link.schema(link.target), 0.65, 0.42))\">"
            + (link.isHeld ? "→ \(name)" : "<I>(→ \(name))</I>") + "</FONT>"
    }
}
