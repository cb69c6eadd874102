/// Why a month could not be archived, dropped, put back or read, in a sentence for people.
package struct ArchiveFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
