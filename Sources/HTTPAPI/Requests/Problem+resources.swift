import HTTPTypes
import Services

extension Problem {
    /// Why a request about rows was not done.
    init(_ fault: ResourceFault) {
        switch fault.kind {
        case .invalid: self.init(.badRequest, "invalid-value", "A value is wrong", fault.description)
        case .refused: self.init(.unprocessableContent, "refused", "A rule refuses it", fault.description)
        case .unaffordable:
            self.init(
                HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"), "balance-too-low",
                "The balance is too low", fault.description)
        case .notFound: self.init(.notFound, "not-found", "Nothing is here", fault.description)
        case .changed: self.init(.preconditionFailed, "changed", "The row was changed", fault.description)
        case .conflict: self.init(.conflict, "conflict", "It is there already", fault.description)
        case .inUse: self.init(.conflict, "in-use", "Something else needs it", fault.description)
        case .forbidden: self.init(.forbidden, "forbidden", "Not permitted", fault.description)
        case .tooSlow: self.init(.unprocessableContent, "too-slow", "It takes too long", fault.description)
        case .keyReused:
            self.init(.unprocessableContent, "key-reused", "The Idempotency-Key was used", fault.description)
        case .underWay:
            self.init(.conflict, "under-way", "It is being done", fault.description)
            headers[.retryAfter] = "1"
        }
        fields = fault.values.prefix(Self.mostFields).map {
            Field(
                name: $0.name.forDisplay(Self.longestValue), pointer: $0.pointer?.forDisplay(Self.longestValue),
                value: $0.value.forDisplay(Self.longestValue), expected: $0.expected.forDisplay(Self.longestExpected))
        }
    }

    /// Why a document was not made, found or changed.
    init(_ failure: BillingFailure) {
        if failure.isMissing {
            self.init(.notFound, "not-found", "Nothing is here", failure.description)
        } else {
            self.init(.unprocessableContent, "refused", "A rule refuses it", failure.description)
        }
        guard let field = failure.field else { return }
        fields = [Field(name: field.name, pointer: "/" + field.name, value: "", expected: field.expected)]
    }
}
