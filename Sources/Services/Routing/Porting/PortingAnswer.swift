package import Telecom

/// What a service said of a number.
package struct PortingAnswer: Sendable, Hashable {
    /// Nil where the service does not know.
    package var isPorted: Bool?
    /// The number of the exchange that serves it; only of a ported number.
    package var routingNumber: E164?
    package var details = Details()

    /// What is kept beside it, as far as the service says so and it has the form of the database.
    package struct Details: Sendable, Hashable {
        package var spid: String?
        package var alternateSpid: String?
        package var companyNumber: String?
        package var lata: String?
        package var rateCentre: String?
        package var city: String?
        package var state: String?
        package var lineType: String?

        package init() {}
    }

    package static let notPorted = PortingAnswer(isPorted: false)
    package static let unknown = PortingAnswer(isPorted: nil)

    private init(isPorted: Bool?) { self.isPorted = isPorted }

    /// Served by the exchange of the routing number; the number's own exchange is none to be ported to.
    /// - Returns: nil when the routing number is none of the North American plan.
    package init?(_ number: E164, routingNumber: E164) {
        guard NumberPorting(routingNumber: routingNumber, .dip) != nil else { return nil }
        isPorted = routingNumber != number
        self.routingNumber = routingNumber == number ? nil : routingNumber
    }

    /// The same for a call.
    func porting(_ source: NumberPorting.Source) -> NumberPorting {
        if let routingNumber, let ported = NumberPorting(routingNumber: routingNumber, source) { return ported }
        return isPorted == false ? .notPorted(source) : .unknown(source)
    }
}

/// Why a service was of no use.
package enum PortingFailure: Error, Sendable, Hashable {
    /// It did not answer in time.
    case timedOut
    /// It answered what cannot be used, or not at all; in words for people.
    case unusable(String)
}

/// Asks one service for a number. It ends soon after its task was cancelled: that is how its time ends.
protocol PortingPlugin: Sendable {
    func ask(_ number: E164) async throws -> PortingAnswer
}
