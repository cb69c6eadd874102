/// Why a document could not be made, found or changed, in a sentence for people.
package struct BillingFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// A value that was given and is wrong: what programs call it, and what is expected.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let expected: String
    }

    package let description: String
    package var field: Field?
    /// Whether what it is about is not there.
    package var isMissing = false

    package init(_ description: String) { self.description = description }

    /// Of one value.
    package init(_ description: String, _ name: String, expected: String) {
        self.description = description
        field = Field(name: name, expected: expected)
    }

    /// Of what is not there.
    package static func missing(_ description: String) -> BillingFailure {
        var failure = BillingFailure(description)
        failure.isMissing = true
        return failure
    }
}
