/// What a request says of porting in its URI (RFC 4694); believed only on a trunk whose word counts.
///
/// `npdi` says that the number was looked up already, `rn` where it is ported to. Besides the RFC's `npdi` without a
/// value and `rn=+12155550000`, what switches send is taken: `npdi=yes`, and the ten or eleven digits alone.
package struct SignalledPorting: Sendable, Hashable {
    /// It was looked up, and no routing number was given.
    private let saysNotPorted: Bool
    private let routingNumber: E164?

    /// - Parameters:
    ///   - npdi: the parameter's value, empty without one; nil when it is not there.
    ///   - routingNumber: the value of `rn`; nil when it is not there.
    ///   - context: the value of `rn-context`: whose number an `rn` without `+` is.
    /// - Returns: nil when nothing usable is said.
    package init?(npdi: String?, routingNumber: String?, context: String? = nil) {
        let isQueried = npdi.map { !["no", "false", "0"].contains($0.lowercased()) } ?? false
        self.routingNumber = routingNumber.flatMap { Self.number($0, context) }
        // A routing number that cannot be read says that there is one: then the number is looked up again.
        saysNotPorted = isQueried && routingNumber == nil
        if !saysNotPorted && self.routingNumber == nil { return nil }
    }

    /// What that says of a number.
    package func porting(of number: E164) -> NumberPorting? {
        // Some write the number itself where there is no other.
        if saysNotPorted || routingNumber == number { return .notPorted(.signalled) }
        return routingNumber.flatMap { NumberPorting(routingNumber: $0, .signalled) }
    }

    private static func number(_ text: String, _ context: String?) -> E164? {
        var digits = text.filter { !"-.()".contains($0) }
        if digits.hasPrefix("+") { return E164(digits) }
        if let context, !context.hasPrefix("+1") { return nil }
        if digits.utf8.count == 10 { digits = "1" + digits }
        return digits.utf8.count == 11 ? E164("+" + digits) : nil
    }
}
