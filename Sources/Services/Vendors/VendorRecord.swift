import Foundation
import Postgres
import Telecom

/// A call as a carrier says that it carried it: a row of `cdr.vendor_cdr`.
struct VendorRecord: Equatable {
    var callID = ""
    var caller = ""
    var callee = ""
    var fromNumber: E164?
    var toNumber: E164?
    var lrn: String?
    var jurisdiction: Jurisdiction?
    var startedAt: Int64 = 0
    var answeredAt: Int64?
    var durationMilliseconds: Int64 = 0
    var billedSeconds: Int32 = 0
    var rate: Money?
    var amount = Money.zero

    /// The same for the same record, in whichever file it comes.
    func id(of carrier: UUID) -> UUID {
        let name =
            callID.isEmpty
            ? "\(startedAt)|\(caller)|\(callee)|\(durationMilliseconds)|\(billedSeconds)|\(amount)"
            : "\(callID)|\(startedAt)"
        return UUID.v5(namespace: carrier, name: name)
    }

    /// As `write` has them.
    static let columns: SQL = """
        id, vendor_call_id, caller, callee, from_number, to_number, lrn, jurisdiction, started_at, answered_at, \
        duration_ms, billed_s, rate, amount
        """

    func write(line: Int, carrier: UUID, to writer: CopyWriter) async throws {
        try await writer.row(
            Int64(line), id(of: carrier), callID, caller, callee, fromNumber?.description, toNumber?.description, lrn,
            jurisdiction?.rawValue, Date(microseconds: startedAt), answeredAt.map { Date(microseconds: $0) },
            durationMilliseconds, billedSeconds, rate, amount)
    }
}
