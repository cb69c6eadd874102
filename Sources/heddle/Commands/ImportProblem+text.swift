import Services

extension ImportProblem {
    /// As people read it.
    var text: String {
        let place = column == 0 ? "" : ", column \(column) (\(field))"
        return "line \(line)\(place): \"\(value)\", expected \(expected)"
    }

    func write(_ json: inout JSONWriter) {
        json.object { json in
            json.number("line", line)
            json.number("column", column)
            json.text("field", field)
            json.text("value", value)
            json.text("expected", expected)
        }
    }
}
