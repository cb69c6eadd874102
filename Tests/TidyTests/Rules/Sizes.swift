/// What fits on a screen and in a head.
enum Sizes {
    static let fileLines = 500
    static let fileLinesToAimFor = 300
    static let functionLines = 70
    static let columns = 120
    static let typeDepth = 3

    static func check(_ file: SwiftFile) -> [Violation] {
        var found: [Violation] = []
        if file.lineCount > fileLines {
            found.append(
                Violation(
                    path: file.path, line: fileLines + 1,
                    advice:
                        "\(file.lineCount) lines, at most \(fileLines); a file is one idea, so give the second its own")
            )
        }
        for declaration in file.declarations {
            if declaration.kind == .function && declaration.lineCount > functionLines {
                found.append(
                    Violation(
                        path: file.path, line: declaration.firstLine,
                        advice: "\(declaration.name) has \(declaration.lineCount) lines, at most \(functionLines); "
                            + "give a part of it a name of its own"))
            }
            if declaration.kind == .type && declaration.typeDepth > typeDepth {
                found.append(
                    Violation(
                        path: file.path, line: declaration.firstLine,
                        advice: "\(declaration.name) is \(declaration.typeDepth) types deep, at most \(typeDepth); "
                            + "move it out"))
            }
        }
        return found
    }

    static func checkWidth(_ file: TextFile) -> [Violation] {
        file.numberedLines.filter { $0.text.utf8.count > columns && $0.text.count > columns }.map { number, text in
            Violation(
                path: file.path, line: number, advice: "\(text.count) columns, at most \(columns); break the line")
        }
    }

    /// Files that are still allowed, and larger than a file should become.
    static func largeFiles(_ files: [SwiftFile]) -> [Violation] {
        files.filter { (fileLinesToAimFor + 1...fileLines).contains($0.lineCount) }.map { file in
            Violation(
                path: file.path, line: file.lineCount,
                advice: "\(file.lineCount) lines; aim for \(fileLinesToAimFor), \(fileLines) is the end")
        }
    }
}

extension SwiftFile {
    /// Without the empty piece after the last line's end.
    fileprivate var lineCount: Int { lines.last == "" ? lines.count - 1 : lines.count }
}
