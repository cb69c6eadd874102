import Telecom
import Testing

/// What rn and npdi say (RFC 4694), in the RFC's form and in those that switches send.
@Suite struct SignalledPortingTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var npdi: String?
        var routing: String?
        var context: String?
        /// The routing number, `not ported`, or nothing.
        let says: String?

        var testDescription: String { "npdi \(npdi ?? "-") rn \(routing ?? "-") \(context ?? "")" }
    }

    @Test(arguments: [
        Row(npdi: "", routing: "+12155550000", says: "+12155550000"),
        Row(npdi: "", says: "not ported"), Row(npdi: "yes", says: "not ported"), Row(npdi: "YES", says: "not ported"),
        Row(npdi: "no", says: nil), Row(says: nil),
        Row(routing: "+12155550000", says: "+12155550000"), Row(routing: "+1-215-555-0000", says: "+12155550000"),
        Row(npdi: "yes", routing: "2155550000", says: "+12155550000"),
        Row(routing: "12155550000", says: "+12155550000"),
        Row(routing: "2155550000", context: "+1", says: "+12155550000"),
        Row(routing: "2155550000", context: "+44", says: nil),
        // The number itself is no other exchange.
        Row(routing: "+12125550100", says: "not ported"),
        // What cannot be read says nothing: then the number is looked up, and not taken for one that is not ported.
        Row(npdi: "", routing: "x", says: nil), Row(npdi: "", routing: "+442079460958", says: nil),
        Row(npdi: "", routing: "+10155550000", says: nil), Row(npdi: "", routing: "", says: nil),
        Row(npdi: "", routing: "215555000", says: nil), Row(npdi: "", routing: "21555500001234567890", says: nil),
        Row(npdi: "no", routing: "+12155550000", says: "+12155550000"),
    ]) func `says where a number is`(_ row: Row) {
        let said = SignalledPorting(npdi: row.npdi, routingNumber: row.routing, context: row.context)
        let porting = said?.porting(of: number("+12125550100"))
        #expect(porting?.source == (row.says == nil ? nil : .signalled))
        #expect(porting?.isPorted == row.says.map { $0 != "not ported" })
        #expect((porting?.routingNumber?.description ?? porting.map { _ in "not ported" }) == row.says)
    }
}
