/// Why a document could not be made, found or changed, in a sentence for people.
package struct BillingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
