/// The server answered, and did not do what it was asked: why, in its words.
package struct RefusedRequest: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: Int
    package let description: String

    /// How much of an answer is read to tell what it says.
    package static let mostBytes = 1 << 20
    private static let mostErrors = 50
    private static let longestText = 2_000

    /// - Parameters:
    ///   - body: the answer's, or its beginning.
    ///   - hadKey: the request had a key.
    package init(_ head: AnswerHead, _ body: [UInt8], hadKey: Bool) {
        status = head.status
        let problem = head.isJSON ? (try? JSONValue(body)) : nil  // what is no JSON is shown as it is
        var text: String
        if let problem, let title = problem["title"], case .text(let detail)? = problem["detail"] {
            text = "\(title.shown): \(detail)".forDisplay(Self.longestText)
            text += Self.steps(head, hadKey: hadKey)
            if head.status >= 500, case .text(let instance)? = problem["instance"] {
                text += " (request \(instance.replacing("urn:uuid:", with: "").forDisplay(50)))"
            }
            text += Self.errors(of: problem, detail).map { "\n  \($0)" }.joined()
        } else if (300..<400).contains(head.status), let location = head.field("location") {
            text =
                "the server answers \(head.status) and names \(location.forDisplay(200)), which is not followed, "
                + "for the key is not meant for it; give the profile the address that serves"
        } else {
            let words = String(decoding: body.prefix(200), as: UTF8.self).forDisplay(200)
            text = "the server answers \(head.status) \(head.reason.forDisplay(100))"
            text += Self.steps(head, hadKey: hadKey) + (words.isEmpty ? "" : ": \(words)")
        }
        description = text
    }

    /// What to do, where the answer does not say it itself.
    private static func steps(_ head: AnswerHead, hadKey: Bool) -> String {
        if head.status == 401, !hadKey {
            return "; no key was sent: put one into the profile (heddle api profile add --key-from-stdin) or into "
                + "HEDDLE_API_KEY"
        }
        if let seconds = head.field("retry-after").flatMap({ Int($0) }) { return "; ask again in \(seconds) s" }
        return ""
    }

    /// Each value that is wrong, where it is, and what is expected.
    private static func errors(of problem: JSONValue, _ detail: String) -> [String] {
        guard case .list(let errors)? = problem["errors"] else { return [] }
        let isSaid =
            errors.count == 1 && errors[0]["pointer"] == nil
            && errors[0]["expected"].map { detail.contains($0.shown) } ?? true
        if isSaid { return [] }
        let lines = errors.prefix(mostErrors).map { error in
            let place = error["pointer"]?.shown ?? error["name"]?.shown ?? "a value"
            let value = error["value"].map { "\"\($0.shown)\"" } ?? "empty"
            let expected = error["expected"].map { ", expected \($0.shown)" } ?? ""
            return "\(place) is \(value)\(expected)".forDisplay(longestText)
        }
        return lines + (errors.count > mostErrors ? ["and \(errors.count - mostErrors) more"] : [])
    }
}
