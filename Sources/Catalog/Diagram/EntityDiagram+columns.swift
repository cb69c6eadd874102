/// The picture of one schema: its tables with their columns, and a line from each key to its table.
extension EntityDiagram {
    func columnsLabel(_ table: Catalog.Table) -> String {
        let title = "<B>\(table.fullName)</B>\(table.kind == .partitioned ? " by month" : "")"
        var rows = [
            "<TR><TD COLSPAN=\"3\" PORT=\"title\" ALIGN=\"LEFT\" BGCOLOR=\"\(colour(of: table.schema, 0.45, 0.42))\">"
                + "<FONT COLOR=\"white\">\(title)</FONT></TD></TR>"
        ]
        for column in table.columns where isShown(column, of: table) {
            let isKey = table.primaryKey.contains(column.name)
            let type = column.type.replacing("timestamp with time zone", with: "timestamptz")
            rows.append(
                "<TR><TD PORT=\"\(column.name)\" ALIGN=\"LEFT\">\(isKey ? "<B>\(column.name)</B>" : column.name)</TD>"
                    + "<TD ALIGN=\"LEFT\"><FONT COLOR=\"#6b7685\" POINT-SIZE=\"9\">\(type)</FONT></TD>"
                    + "<TD ALIGN=\"LEFT\">\(keys(of: column, in: table))</TD></TR>")
        }
        return "<TABLE BORDER=\"1\" CELLBORDER=\"0\" CELLSPACING=\"0\" CELLPADDING=\"2\" BGCOLOR=\"white\""
            + " COLOR=\"#c3ccd8\">\(rows.joined())</TABLE>"
    }

    /// The marks of the column, and the tables of other schemas that it points to.
    private func keys(of column: Catalog.Column, in table: Catalog.Table) -> String {
        let marks = marks(of: column, in: table).joined(separator: " ")
        if marks.isEmpty { return "" }
        let others = links.filter { $0.from == table.fullName && $0.column == column.name && !$0.isLine }
        return "<FONT COLOR=\"#b06000\" POINT-SIZE=\"9\">\(marks)</FONT>"
            + others.map { " " + otherTable($0, size: 9) }.joined()
    }

    func columnLines() -> [String] {
        links.filter(\.isLine).map { link in
            "    \"\(link.target)\":title:e -> \"\(link.from)\":\"\(link.column)\":w"
                + " [\(ends(link)), color=\"\(lineColour(to: link.target))\"];"
        }
    }
}
