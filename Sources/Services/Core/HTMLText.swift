/// HTML under construction. Text goes in escaped; only what the program itself spells is markup.
package struct HTMLText {
    package private(set) var text = ""

    package init() {}

    /// Markup of the program itself.
    package mutating func markup(_ literal: StaticString) { text += literal.description }

    /// Text from elsewhere, with its line breaks.
    package mutating func put(_ value: String) {
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;"
            case "<": text += "&lt;"
            case ">": text += "&gt;"
            case "\"": text += "&quot;"
            case "'": text += "&#39;"
            case "\n": text += "<br>"
            // What XML has no place for (XML 1.0, section 2.2) would end the page there.
            case "\u{0}"..."\u{8}", "\u{B}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }

    /// Opens, fills and closes an element.
    package mutating func element(_ name: StaticString, _ style: StaticString = "", _ body: (inout HTMLText) -> Void) {
        text += "<\(name)"
        if style.utf8CodeUnitCount > 0 { text += " class=\"\(style)\"" }
        text += ">"
        body(&self)
        text += "</\(name)>"
    }

    /// A link to a place of our own.
    package mutating func link(_ address: String, _ value: String) {
        text += "<a href=\""
        put(address)
        text += "\">"
        put(value)
        text += "</a>"
    }

    /// A heading or a row that can be linked to.
    package mutating func anchor(_ name: StaticString, id: String, _ value: String) {
        text += "<\(name) id=\""
        put(id)
        text += "\">"
        put(value)
        text += "</\(name)>"
    }

    /// An element with nothing but text in it.
    package mutating func element(_ name: StaticString, _ style: StaticString = "", _ value: String) {
        element(name, style) { $0.put(value) }
    }

    /// A row of cells. Those of `numbers` are columns of numbers.
    package mutating func row(_ cells: [String], numbers: Set<Int>, cell: StaticString = "td", style: StaticString = "")
    {
        element("tr", style) { row in
            for (index, value) in cells.enumerated() {
                row.element(cell, numbers.contains(index) ? "n" : "", value)
            }
        }
    }
}
