/// What is known of the porting of a number, and who said it.
package struct NumberPorting: Sendable, Hashable {
    /// The raw value is that of the database.
    package enum Source: String, Sendable, Hashable, CaseIterable {
        /// The request said it, on a trunk that is believed.
        case signalled
        /// An earlier answer that still holds.
        case cache
        /// Asked for this call.
        case dip
        /// Asked in vain: no answer in time, or none that can be used. The call is routed by the number dialled.
        case timeout, failed
    }

    package let source: Source
    /// Nil when nobody knows.
    package let isPorted: Bool?
    /// The number of the exchange that serves it; only of a ported number.
    package let routingNumber: E164?

    private init(_ source: Source, isPorted: Bool?, routingNumber: E164? = nil) {
        self.source = source
        self.isPorted = isPorted
        self.routingNumber = routingNumber
    }

    /// Ported to where the routing number says.
    /// - Returns: nil when that is no number of the North American plan: it would route nothing.
    package init?(routingNumber: E164, _ source: Source) {
        guard routingNumber.isNANP, NorthAmerica.problem(with: routingNumber) == nil else { return nil }
        self.init(source, isPorted: true, routingNumber: routingNumber)
    }

    /// It was looked up, and is where it always was.
    package static func notPorted(_ source: Source) -> NumberPorting { NumberPorting(source, isPorted: false) }

    /// It was looked up, or was to be, and nothing is known.
    package static func unknown(_ source: Source) -> NumberPorting { NumberPorting(source, isPorted: nil) }

    /// How it is told to whoever gets the call, behind the number (RFC 4694); empty when there is nothing to tell.
    package var numberParameters: String {
        if let routingNumber { return ";npdi;rn=" + routingNumber.description }
        return isPorted == false ? ";npdi" : ""
    }

    /// The same knowledge from another source.
    package func told(by source: Source) -> NumberPorting {
        NumberPorting(source, isPorted: isPorted, routingNumber: routingNumber)
    }
}
