package import struct Foundation.UUID

// How a call is named, so that the router and the importer of its record come to the same id on their own.
extension CallIdentity {
    /// fb0d6f2e-0a55-5b0e-9c5c-6865646c6531. It never changes: another one would import every record a second time.
    private static let namespace = UUID(
        uuid: (0xfb, 0x0d, 0x6f, 0x2e, 0x0a, 0x55, 0x5b, 0x0e, 0x9c, 0x5c, 0x68, 0x65, 0x64, 0x6c, 0x65, 0x31))

    /// The id of a call's record: the same call gives the same id however often it is read.
    ///
    /// Call-ID and From-tag alone would not do, for a caller may use both again; the edge and its clock tell such
    /// calls apart.
    /// - Parameters:
    ///   - edge: the id that the edge is configured with.
    ///   - callID: the caller's Call-ID, as received.
    ///   - fromTag: the tag of the caller's From, as received; empty when there is none.
    ///   - receivedMicroseconds: when the edge took the INVITE, in µs since 1970.
    package static func cdrID(edge: String, callID: String, fromTag: String, receivedMicroseconds: Int64) -> UUID {
        .v5(namespace: namespace, name: "\(edge)\n\(callID)\n\(fromTag)\n\(receivedMicroseconds)")
    }
}
