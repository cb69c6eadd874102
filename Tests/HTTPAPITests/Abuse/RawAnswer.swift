import Foundation

/// An answer as it came, one of several on a connection.
struct RawAnswer: Sendable, Equatable {
    let status: Int
    /// By their names in lower case.
    let headers: [String: String]
    let body: String

    var isProblem: Bool { headers["content-type"] == "application/problem+json" }
    /// Whether it says that nothing more is answered here.
    var isLast: Bool { headers["connection"]?.lowercased() == "close" }

    /// All answers of a connection, none of them to HEAD.
    /// - Returns: nil when a part of it is no answer, which a client would take for the beginning of the next one.
    static func all(in bytes: [UInt8]) -> [RawAnswer]? {
        var rest = bytes[...]
        var answers: [RawAnswer] = []
        while !rest.isEmpty {
            guard let answer = take(&rest) else { return nil }
            answers.append(answer)
        }
        return answers
    }

    private static let endOfHead = Array("\r\n\r\n".utf8)

    private static func take(_ rest: inout ArraySlice<UInt8>) -> RawAnswer? {
        guard let end = rest.firstRange(of: endOfHead) else { return nil }
        let lines = String(decoding: rest[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        rest = rest[end.upperBound...]
        let first = lines[0].split(separator: " ")
        guard first.count >= 2, ["HTTP/1.0", "HTTP/1.1"].contains(first[0]), let status = Int(first[1]) else {
            return nil
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let count = Int(headers["content-length"] ?? "0") ?? 0
        guard count <= rest.count else { return nil }
        let body = String(decoding: rest.prefix(count), as: UTF8.self)
        rest = rest.dropFirst(count)
        return RawAnswer(status: status, headers: headers, body: body)
    }
}
