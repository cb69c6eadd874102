import Foundation

/// One line of the edge's files: the fields of `deploy/kamailio/kamailio.cfg`, separated by `|`.
///
/// A line tells what happened on the wire; nothing in it is trusted to be well formed, for a file can be cut anywhere.
struct SpoolLine: Sendable, Hashable {
    let cdrID: UUID
    let edge: String
    let routingID: UUID?
    let tenantID: UUID?
    let accountID: UUID?
    let trunkID: UUID?
    let carrierTrunkID: UUID?
    let sellRateID: UUID?
    let buyRateID: UUID?
    let direction: String
    let callID: String
    let fromTag: String
    let toTag: String
    let caller: String
    let callee: String
    let source: String
    let receivedMicroseconds: Int64
    let ringingMicroseconds: Int64?
    let answeredMicroseconds: Int64?
    let endedMicroseconds: Int64?
    let talkMilliseconds: Int
    let code: Int
    let reason: String
    let hangup: String
    let attempts: String

    /// Why a line is not taken: the field, and what is expected.
    struct Problem: Error, Sendable, CustomStringConvertible {
        let description: String
    }

    /// The columns that the configuration names (`CALL_COLUMNS`), in their order. Before them stand Kamailio's own.
    private enum Column: Int, CaseIterable {
        case format, edgeID, cdrID, routingID, tenantID, accountID, trunkID, carrierTrunkID, sellRateID, buyRateID
        case direction, callID, fromTag, toTag, caller, callee, source
        case received, ringing, answered, ended, sipCode, sipReason, hangup, attempts
    }

    /// How many columns Kamailio's `acc` writes before ours. At the end of a call: start, end and duration; at the
    /// beginning: method, tags, Call-ID, code, reason and the time twice.
    private static func leadingColumns(_ subject: SpoolDirectory.Subject) -> Int {
        switch subject {
        case .calls: 3
        case .beginnings: 8
        }
    }

    /// - Parameters:
    ///   - line: without its line end.
    ///   - subject: what the file tells. Nothing of a beginning was answered, so that it has no duration.
    init(_ line: Substring, of subject: SpoolDirectory.Subject = .calls) throws(Problem) {
        let fields = line.split(separator: "|", omittingEmptySubsequences: false).map { Self.unescape($0) }
        let leading = Self.leadingColumns(subject)
        guard fields.count == leading + Column.allCases.count else {
            let expected = leading + Column.allCases.count
            throw Problem(description: "\(fields.count) fields, expected \(expected); the line may be cut")
        }
        func text(_ column: Column) -> String { fields[leading + column.rawValue] }
        // What a machine that lost its power leaves behind; PostgreSQL stores every character but this one.
        guard !line.utf8.contains(0) else { throw Problem(description: "the line holds a zero byte") }
        guard text(.format) == "1" else {
            throw Problem(description: "format is \(text(.format).prefix(20)), expected 1")
        }
        guard let received = Self.time(text(.received)) else {
            throw Problem(description: "received_us is not a time in microseconds since 1970")
        }
        guard let code = Int(text(.sipCode)), (100...699).contains(code) else {
            throw Problem(description: "sip_code is \(text(.sipCode).prefix(20)), expected 100 to 699")
        }
        guard !text(.edgeID).isEmpty, !text(.callID).isEmpty else {
            throw Problem(description: "edge_id or call_id is empty")
        }
        edge = text(.edgeID)
        callID = text(.callID)
        fromTag = text(.fromTag)
        receivedMicroseconds = received
        cdrID =
            UUID(uuidString: text(.cdrID))
            ?? CallIdentity.cdrID(edge: edge, callID: callID, fromTag: fromTag, receivedMicroseconds: received)
        routingID = UUID(uuidString: text(.routingID))
        tenantID = UUID(uuidString: text(.tenantID))
        accountID = UUID(uuidString: text(.accountID))
        trunkID = UUID(uuidString: text(.trunkID))
        carrierTrunkID = UUID(uuidString: text(.carrierTrunkID))
        sellRateID = UUID(uuidString: text(.sellRateID))
        buyRateID = UUID(uuidString: text(.buyRateID))
        direction = text(.direction)
        toTag = text(.toTag)
        caller = text(.caller)
        callee = text(.callee)
        source = text(.source)
        ringingMicroseconds = Self.time(text(.ringing))
        answeredMicroseconds = Self.time(text(.answered))
        let ended = Self.time(text(.ended))
        if let answered = answeredMicroseconds, let ended, ended >= answered {
            // From the 200 to the BYE, rounded up to a millisecond; the edge's own duration begins at the ACK.
            talkMilliseconds = try Self.bounded(Int((ended - answered + 999) / 1000))
            endedMicroseconds = ended
        } else {
            talkMilliseconds = try Self.talk(fields[Self.durationColumn], answered: answeredMicroseconds != nil)
            endedMicroseconds =
                ended ?? answeredMicroseconds.map { [talkMilliseconds] in $0 + Int64(talkMilliseconds) * 1000 }
        }
        self.code = code
        reason = text(.sipReason)
        hangup = text(.hangup)
        attempts = text(.attempts)
    }

    /// Kamailio's own duration, where an answered call has no end of ours.
    private static let durationColumn = 2

    private static func unescape(_ field: Substring) -> String {
        String(field.replacing("%7C", with: "|"))
    }

    private static func time(_ text: String) -> Int64? {
        Int64(text).flatMap { $0 > 0 && $0 < endOfTime ? $0 : nil }
    }

    /// The year 2200: what is later is no time, and might not fit the database's.
    private static let endOfTime: Int64 = 7_258_118_400_000_000

    private static func bounded(_ milliseconds: Int) throws(Problem) -> Int {
        guard milliseconds <= 31 * 86_400_000 else {
            throw Problem(description: "the call lasted more than 31 days by answered_us and ended_us")
        }
        return milliseconds
    }

    /// Answered seconds with three decimals, in milliseconds; a call that was not answered has none.
    private static func talk(_ text: String, answered: Bool) throws(Problem) -> Int {
        guard answered else { return 0 }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1].prefix(3) : "0"
        guard (1...2).contains(parts.count), let seconds = Int(parts[0]), (0...31 * 86_400).contains(seconds),
            let decimals = Int(fraction), decimals >= 0
        else {
            throw Problem(description: "duration is \(text.prefix(20)), expected seconds like 37.250, at most 31 days")
        }
        let scale = [1000, 100, 10, 1][min(fraction.count, 3)]
        return seconds * 1000 + decimals * scale
    }
}
