import HTTPTypes
import Hummingbird
import HummingbirdCore

/// The tags of answers that are packed. A strong tag names bytes (RFC 9110, section 8.8.3.3), so that a row which is
/// packed has another one than the same row plain: with `-gzip` at its end. Not a weak one, which could name both:
/// If-Match takes no weak tags (section 13.1.1), and whoever reads packed could not write any more.
///
/// Endpoints know nothing of it: they get the tags of rows, and give them.
enum GzipTag {
    private static let ending = "-gzip\""

    /// The tag of the same, packed.
    static func packed(_ tag: String) -> String {
        // A weak one names what is meant, and not its bytes.
        tag.hasPrefix("\"") && tag.hasSuffix("\"") ? String(tag.dropLast()) + ending : tag
    }

    /// The tags of rows, where a client sends those of packed answers.
    static func plain(_ tags: String) -> String { tags.replacing(ending, with: "\"") }

    /// A request with the tags of rows in the place of those of packed answers.
    /// - Parameter takesGzip: whether a packed answer that the client has is still one for it. To write it need not be.
    static func plain(_ request: Request, takesGzip: Bool) -> Request {
        var head = request.head
        var isChanged = false
        for name in [HTTPField.Name.ifMatch, .ifNoneMatch] where name == .ifMatch || takesGzip {
            guard let tags = head.headerFields[name], tags.contains(ending) else { continue }
            head.headerFields[name] = plain(tags)
            isChanged = true
        }
        return isChanged ? Request(head: head, body: request.body) : request
    }

    /// Which tag an answer without a body has (304): of what the client has, it is the packed one or the plain one.
    static func unchanged(_ tag: String, _ request: Request, takesGzip: Bool) -> String {
        let packed = packed(tag)
        return takesGzip && request.headers[.ifNoneMatch]?.contains(packed) == true ? packed : tag
    }
}
