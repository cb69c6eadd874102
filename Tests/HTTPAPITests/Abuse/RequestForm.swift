import Testing

/// A request as nobody should write it, and what may come of it.
struct RequestForm: Sendable, CustomTestStringConvertible {
    /// What becomes of the request that follows on the same connection.
    enum Next: Sendable {
        /// It is answered, as itself.
        case answered
        /// It is not, for nobody knows where it begins, or nothing more was to be answered.
        case dropped
        /// Either is right.
        case either
    }

    let testDescription: String
    let bytes: [UInt8]
    /// What it may be answered.
    let statuses: Set<Int>
    let next: Next

    /// - Parameter text: a byte each character, so that U+00FF is the byte FF.
    init(_ name: String, _ text: String, _ statuses: Set<Int>, _ next: Next) {
        testDescription = name
        bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
        self.statuses = statuses
        self.next = next
    }

    /// One that is refused, and ends the connection.
    static func refused(_ name: String, _ text: String) -> RequestForm {
        RequestForm(name, text, [400, 414, 431, 501, 505], .dropped)
    }

    /// One that is understood, so that the next one is.
    static func understood(_ name: String, _ text: String, _ statuses: Set<Int> = [200]) -> RequestForm {
        RequestForm(name, text, statuses, .answered)
    }

    /// A GET that is answered before its body is read, and is told nothing more when the body proves wrong: a second
    /// answer would be taken for that of the next request.
    static func answeredOnce(_ name: String, _ text: String) -> RequestForm {
        RequestForm(name, text, [200, 400, 413, 501], .dropped)
    }

    /// How a GET begins that is answered.
    static let opening = "GET /healthz HTTP/1.1\r\nHost: x\r\n"
    static let chunked = "\(opening)Transfer-Encoding: chunked\r\n\r\n"
    static let long = String(repeating: "x", count: 100_000)
    static let longMethod = String(repeating: "A", count: 5_000)
    static let zeros = String(repeating: "0", count: 100)
    /// More than a head may have.
    static let manyFields = (0..<300).map { "X-\($0): y\r\n" }.joined()
    /// Each shorter than a head may be, and together not.
    static let longFields = (0..<50).map { "X-\($0): \(long.prefix(1_000))\r\n" }.joined()
    /// Whether all of it is surely read at once, so that no answer is lost when the connection is reset.
    var isShort: Bool { bytes.count < 1_000 }
}
