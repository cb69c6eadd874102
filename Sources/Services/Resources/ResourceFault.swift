/// Why a request about rows was not done, by kind, in words that its sender can act on.
package struct ResourceFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// What it is about, for programs.
    package enum Kind: Sendable, Equatable {
        /// Values of the request are wrong: `values`.
        case invalid
        /// A rule of the model refuses what is written as it has to be.
        case refused
        /// An account has not enough left for it.
        case unaffordable
        /// There is no such row, or it is another's.
        case notFound
        /// The row is not as the sender believes: it was changed meanwhile.
        case changed
        /// What has to be there once is there.
        case conflict
        /// It is what other rows point to.
        case inUse
        /// Not for people of an account, or not for whoever asks.
        case forbidden
        /// It would take longer than a request may.
        case tooSlow
        /// The key was used for another request.
        case keyReused
        /// The request with this key is being answered.
        case underWay
    }

    /// A value that is wrong: where it is, what it says, what is expected.
    package struct Value: Sendable, Equatable {
        /// The parameter's or the field's name.
        package let name: String
        /// Where in the body it is (RFC 6901); `nil` for parameters and headers.
        package var pointer: String?
        package let value: String
        package let expected: String

        package init(_ name: String, pointer: String? = nil, _ value: String, expected: String) {
            self.name = name
            self.pointer = pointer
            self.value = value
            self.expected = expected
        }

        /// Nothing of what is missing, and of what may be a secret.
        fileprivate var told: String { value.isEmpty ? "" : " is \"\(value.forDisplay(100))\"" }
    }

    package let kind: Kind
    package let description: String
    package var values: [Value] = []

    package init(_ kind: Kind, _ description: String, _ values: [Value] = []) {
        self.kind = kind
        self.description = description
        self.values = values
    }

    /// Of values that are wrong.
    package init(_ values: [Value]) {
        let first = values.first.map { "\($0.name)\($0.told), expected \($0.expected)" } ?? ""
        let others = values.count > 1 ? "; \(values.count - 1) more" : ""
        self.init(.invalid, first + others, values)
    }

    /// Of a parameter that is written as it has to be, and means nothing here.
    package static func refused(_ name: String, _ value: String, expected: String) -> ResourceFault {
        let fault = parameter(name, value, expected: expected)
        return ResourceFault(.refused, fault.description, fault.values)
    }

    /// Of a parameter that is wrong.
    package static func parameter(_ name: String, _ value: some StringProtocol, expected: String) -> ResourceFault {
        ResourceFault([Value(name, String(value), expected: expected)])
    }
}
