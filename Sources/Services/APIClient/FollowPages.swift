/// All rows of a list, page by page: what is in memory is one page.
package struct FollowPages: Sendable {
    private let ask: AskAPI

    private static let rowsOfPage = 500
    private static let mostPageBytes = 64 << 20

    package init(_ ask: AskAPI) { self.ask = ask }

    /// - Parameter take: the rows of a page.
    /// - Returns: how many rows there were.
    /// - Throws: as `AskAPI` does; `RequestFault` when the answer is no list.
    @discardableResult
    package func callAsFunction(_ call: APICall, _ take: ([JSONValue]) throws -> Void) async throws -> Int {
        var cursor: String?
        var count = 0
        repeat {
            let page = try ListedPage(
                try await ask.whole(call.page(after: cursor, rows: Self.rowsOfPage), upTo: Self.mostPageBytes))
            try take(page.rows)
            count += page.rows.count
            guard page.next == nil || page.next != cursor else {
                throw RequestFault("the server names the same page again and again; ask without --all")
            }
            cursor = page.next
        } while cursor != nil
        return count
    }
}

/// A page of a list.
struct ListedPage: Sendable, Equatable {
    let rows: [JSONValue]
    /// The cursor of the next one.
    let next: String?

    /// - Throws: `RequestFault` when it is none.
    init(_ bytes: [UInt8]) throws(RequestFault) {
        let document: JSONValue
        do {
            document = try JSONValue(bytes)
        } catch {
            throw RequestFault("the answer is not JSON: \(error.reason); --all is for lists")
        }
        guard case .list(let rows)? = document["data"] else {
            throw RequestFault("the answer has no rows in data; --all is for lists")
        }
        self.rows = rows
        if case .text(let cursor)? = document["next_cursor"] { next = cursor } else { next = nil }
    }
}
