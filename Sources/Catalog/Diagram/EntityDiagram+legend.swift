/// What the marks mean, in the picture itself.
extension EntityDiagram {
    func legend() -> [String] {
        var lines = [
            "    subgraph \"cluster_legend\" {", "    id=legend;",
            "    label=\"How to read it\"; labeljust=l; fontsize=16; margin=12; style=solid; color=\"#6b7685\";"
                + " bgcolor=white;",
        ]
        let samples = [
            ("one row", "any number of rows", "arrowtail=tee, arrowhead=crowodot, style=solid"),
            ("one row or none", "one row or none", "arrowtail=teeodot, arrowhead=teeodot, style=solid"),
            (
                "one row or none", "any number; no foreign key keeps it",
                "arrowtail=teeodot, arrowhead=crowodot, style=dashed"
            ),
        ]
        for (number, (left, right, ends)) in samples.enumerated() {
            lines.append("    \"legend_from_\(number)\" [label=\"\(left)\"];")
            lines.append("    \"legend_to_\(number)\" [label=\"\(right)\"];")
            lines.append("    \"legend_from_\(number)\" -> \"legend_to_\(number)\" [\(ends), color=\"#4a5563\"];")
        }
        let rows = notes.map { "<TR><TD ALIGN=\"LEFT\">\($0)</TD></TR>" }.joined()
        lines.append(node("legend_notes", "<TABLE BORDER=\"0\" CELLPADDING=\"1\" CELLSPACING=\"0\">\(rows)</TABLE>"))
        return lines + ["    }"]
    }

    private var notes: [String] {
        let common = [
            "Lines join tables of one schema; those to the same table have one colour.",
            "→ names the table of another schema that a key points to;",
            "<I>(→ …)</I> does so where no foreign key keeps it.",
        ]
        guard isWhole else {
            return common + [
                "PK: part of the primary key. FK: the column that tells a key from",
                "others; it may have more, as tenant_id. What all tables have is left",
                "out: keys to core.tenants, created_at and updated_at.",
            ]
        }
        return common + [
            "A dashed box is such a table, where both rows are of the same thing.",
            "account, tenant, everyone: whose a row is. Keys to accounts.accounts",
            "and core.tenants are left out, unless the table has no other.",
        ]
    }
}
