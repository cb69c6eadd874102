package import Foundation

/// A record of a file that was not taken.
package struct RejectedLine: Sendable {
    package let id: UUID
    package let file: String
    package let source: String
    package let line: Int
    package let content: String
    package let isCut: Bool
    package let column: Int
    package let field: String
    package let value: String
    package let reason: String
    package let state: String
}

/// Which of them are meant.
package struct RejectChoice: Sendable {
    /// These; all when there are none.
    package var ids: [UUID] = []
    /// Of a file of this name only.
    package var file: String?

    package init(ids: [UUID] = [], file: String? = nil) {
        self.ids = ids
        self.file = file
    }
}
