import Foundation

/// A call of another switch, as it goes to `cdr.raw_cdr`.
struct IntakeCall: Sendable, Equatable {
    let id: UUID
    let edge: String
    var callID = ""
    var fromTag = ""
    var toTag = ""
    let startedMicroseconds: Int64
    var ringingMicroseconds: Int64?
    var answeredMicroseconds: Int64?
    var endedMicroseconds: Int64?
    var talkMilliseconds: Int64 = 0
    var caller = ""
    var callee = ""
    var direction = ""
    var code = 500
    var reason = ""
    var hangup = ""
    var source = ""
    /// What the record says of whose call it is, and of who carried it.
    var accountReference: String?
    var carrierReference: String?
}

extension CallIdentity {
    /// c7a1f0d2-5b7e-5c19-8a52-6865646c6532. It never changes: another one would import every record a second time.
    private static let intakeNamespace = UUID(
        uuid: (0xc7, 0xa1, 0xf0, 0xd2, 0x5b, 0x7e, 0x5c, 0x19, 0x8a, 0x52, 0x68, 0x65, 0x64, 0x6c, 0x65, 0x32))

    /// The id of a record that another switch wrote: the same record gives the same id, in whatever file it comes.
    /// - Parameters:
    ///   - edge: what the switch is called.
    ///   - unique: its own id of the record, or Call-ID and From tag.
    static func intakeID(edge: String, unique: String, startedMicroseconds: Int64) -> UUID {
        .v5(namespace: intakeNamespace, name: "\(edge)\n\(unique)\n\(startedMicroseconds)")
    }
}
