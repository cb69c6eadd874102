import Services

extension ImportProblem {
    /// As people read it.
    var text: String {
        let place = column == 0 ? "" : ", column \(column) (\(field))"
        return "line \(line)\(place): \"\(value)\", expected \(expected)"
    }
}
