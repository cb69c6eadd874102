import Foundation

/// Makes a call of what a record says, or tells why it is none: the rules of docs/decisions/0020.
struct ReadCall: Sendable {
    private let mapping: CDRMapping
    private let options: IntakeOptions
    private let clock: LocalClock
    private let rule: NumberRule?
    /// Microseconds since 1970.
    private let now: Int64

    private static let second: Int64 = 1_000_000
    private static let day: Int64 = 86_400 * second
    private static let year2000: Int64 = 946_684_800 * second
    static let longestMilliseconds: Int64 = 31 * 86_400_000
    /// By how much a time of talk may be longer than the time between answer and end: clocks that are cut to seconds,
    /// on both sides.
    private static let slackMilliseconds: Int64 = 2_000
    /// A longer text of a file is no id, address or word.
    private static let longestText = 1_000

    init(_ mapping: CDRMapping, _ options: IntakeOptions, now: Date) {
        self.mapping = mapping
        self.options = options
        clock = LocalClock(mapping.timeZone) ?? .utc
        rule = mapping.country.flatMap { NumberRule($0) }
        self.now = now.microseconds
    }

    func callAsFunction(_ record: FieldValues) throws(RecordProblem) -> IntakeCall {
        guard let start = try time(record, .start) else { throw record.wrong(.start, mapping.times.expected) }
        guard start >= Self.year2000 else { throw record.wrong(.start, "a call that began since the year 2000") }
        guard start <= now + Self.day else {
            throw record.wrong(.start, "a call that has begun")
        }
        let disposition = try self.disposition(record)
        let code = try self.code(record)
        let times = try CallTimes(self, record, start: start, disposition, code)

        let edge = try text(record, .edge) ?? options.source
        let callID = try text(record, .callID) ?? ""
        let fromTag = try text(record, .fromTag) ?? ""
        guard let unique = try text(record, .id) ?? (callID.isEmpty ? nil : "\(callID)\n\(fromTag)") else {
            throw record.wrong(.id, "an id of the record, or a Call-ID")
        }
        let leg = try text(record, .leg).map { "\n" + $0 } ?? ""
        var call = IntakeCall(
            id: CallIdentity.intakeID(edge: edge, unique: unique + leg, startedMicroseconds: start), edge: edge,
            startedMicroseconds: start)
        call.callID = callID.isEmpty ? unique : callID
        call.fromTag = fromTag
        call.toTag = try text(record, .toTag) ?? ""
        times.write(to: &call)
        call.caller = try number(record, .caller)
        call.callee = try number(record, .callee)
        call.direction = try direction(record)
        call.code = try finalCode(record, times.answered != nil, disposition, code)
        call.reason = try text(record, .reason) ?? ""
        call.hangup = try hangup(record, disposition, isAnswered: times.answered != nil)
        call.source = try text(record, .source) ?? ""
        call.accountReference = try text(record, .account) ?? mapping.account
        call.carrierReference = try text(record, .carrier)
        return call
    }

    // MARK: Fields

    private func text(_ record: FieldValues, _ field: CDRMapping.Field) throws(RecordProblem) -> String? {
        guard let found = record[field] else { return nil }
        guard found.text.utf8.count <= Self.longestText, !found.text.utf8.contains(0) else {
            throw record.wrong(field, "at most \(Self.longestText) bytes of text")
        }
        return found.text
    }

    private func number(_ record: FieldValues, _ field: CDRMapping.Field) throws(RecordProblem) -> String {
        guard let text = try text(record, field) else { return "" }
        return rule?(text) ?? text
    }

    /// `nil` where there is none; switches write 0 for what did not happen.
    fileprivate func time(_ record: FieldValues, _ field: CDRMapping.Field) throws(RecordProblem) -> Int64? {
        guard let found = record[field], found.text.utf8.contains(where: { !"0-:. TZ".utf8.contains($0) }) else {
            return nil
        }
        guard let time = mapping.times.microseconds(found.text, clock) else {
            throw record.wrong(field, mapping.times.expected)
        }
        return time
    }

    fileprivate func milliseconds(_ record: FieldValues, _ field: CDRMapping.Field) throws(RecordProblem) -> Int64? {
        guard let text = record[field]?.text else { return nil }
        let read =
            Self.clock(text)
            ?? DecimalText.scaled(text, by: 1_000).map { count in
                switch mapping.durations {
                case .seconds: count
                // The decimals of a fraction of a millisecond count as a whole one.
                case .milliseconds: (count + 999) / 1_000
                case .microseconds: (count + 999_999) / 1_000_000
                }
            }
        guard let milliseconds = read else {
            throw record.wrong(field, "a duration in \(mapping.durations.rawValue), like 37 or 37.25, or 0:00:37")
        }
        guard !text.hasPrefix("-") else { throw record.wrong(field, "a duration that is not below zero") }
        guard milliseconds <= Self.longestMilliseconds else { throw record.wrong(field, "at most 31 days") }
        return milliseconds
    }

    /// `1:02:03` and `02:03`.
    private static func clock(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count) else { return nil }
        var milliseconds: Int64 = 0
        for (index, part) in parts.enumerated() {
            let isLast = index == parts.count - 1
            guard let value = DecimalText.scaled(String(part), by: isLast ? 1_000 : 1), value >= 0, value < 1_000_000
            else { return nil }
            milliseconds = milliseconds * 60 + (isLast ? value : value * 1_000)
        }
        return milliseconds
    }

    // MARK: Words and codes

    /// A word that is not known is passed over where a code says the same.
    private func disposition(_ record: FieldValues) throws(RecordProblem) -> String? {
        guard let found = record[.disposition] else { return nil }
        if let disposition = CallWords.disposition(found.text, mapping) { return disposition }
        if record[.code] != nil || record[.cause] != nil { return nil }
        let known = CallWords.dispositions.joined(separator: ", ")
        throw record.wrong(.disposition, "a word that dispositions of a --map explains, or one of \(known)")
    }

    private func code(_ record: FieldValues) throws(RecordProblem) -> Int? {
        guard let text = record[.code]?.text, text != "0" else { return nil }
        guard let code = Int(text), (100...699).contains(code) else {
            throw record.wrong(.code, "a final code of SIP, 100 to 699")
        }
        return code
    }

    private func finalCode(
        _ record: FieldValues, _ isAnswered: Bool, _ disposition: String?, _ code: Int?
    ) throws(RecordProblem) -> Int {
        if isAnswered { return 200 }
        if let code, code >= 300 { return code }
        if let disposition, disposition != "answered" { return CallWords.code(of: disposition) }
        guard let cause = record[.cause]?.text else { return 500 }
        if let number = Int(cause) {
            guard (0...127).contains(number) else { throw record.wrong(.cause, "a cause of Q.850, 0 to 127") }
            return CallWords.code(ofCause: number)
        }
        return CallWords.cause(named: cause).map { CallWords.code(ofCause: $0) } ?? 500
    }

    private func direction(_ record: FieldValues) throws(RecordProblem) -> String {
        guard let found = record[.direction] else { return mapping.direction }
        guard let direction = CallWords.direction(found.text, mapping) else {
            throw record.wrong(.direction, "inbound or outbound, or a word that directions of a --map explains")
        }
        return direction
    }

    private func hangup(
        _ record: FieldValues, _ disposition: String?, isAnswered: Bool
    ) throws(RecordProblem) -> String {
        if let word = try text(record, .hangup) { return CallWords.hangup(word, mapping) }
        if isAnswered { return "" }
        // What our own records say for the same, so that statistics do.
        return disposition == "refused" ? "router" : disposition == "cancelled" ? "cancel" : ""
    }

    // MARK: Times

    /// When a call rang, was answered and ended, and how long it was talked: nothing in it contradicts the rest.
    private struct CallTimes {
        private(set) var ringing: Int64?
        private(set) var answered: Int64?
        private(set) var ended: Int64?
        private(set) var talk: Int64 = 0

        init(
            _ read: ReadCall, _ record: FieldValues, start: Int64, _ disposition: String?, _ code: Int?
        ) throws(RecordProblem) {
            let told = try read.milliseconds(record, .talk)
            let duration = try read.milliseconds(record, .duration)
            var answer = try read.time(record, .answer)
            var end = try read.time(record, .end)
            end = try Self.notBefore(start, end, record, .end, "a call that ends after it began")
            let isAnswered = try Self.isAnswered(
                record, disposition, code, answer: answer, talk: told, duration: duration)
            if !isAnswered { answer = nil }
            answer = try Self.notBefore(start, answer, record, .answer, "a call that is answered after it began")
            if let answer { end = try Self.notBefore(answer, end, record, .end, "a call that ends after its answer") }

            if isAnswered {
                let between = answer.flatMap { answer in end.map { ($0 - answer + 999) / 1_000 } }
                talk = told ?? between ?? duration ?? end.map { ($0 - start + 999) / 1_000 } ?? 0
                let before = max((end.map { ($0 - start) / 1_000 } ?? duration ?? talk) - talk, 0)
                let from = answer ?? start + before * 1_000
                answered = from
                ended = end ?? from + talk * 1_000
                if let end, talk > (end - from) / 1_000 + ReadCall.slackMilliseconds {
                    throw record.wrong(told == nil ? .duration : .talk, "no more than from the answer to the end")
                }
            } else {
                ended = end ?? duration.map { start + $0 * 1_000 }
            }
            guard talk <= ReadCall.longestMilliseconds, (ended ?? start) - start <= 31 * ReadCall.day else {
                throw record.wrong(.end, "a call of at most 31 days")
            }
            let rang = try read.time(record, .ringing)
            // A time of ringing that cannot be is of no use, and no reason to lose the call.
            ringing = rang.flatMap { $0 >= start && $0 <= answered ?? ended ?? .max ? $0 : nil }
        }

        /// A word decides; without one a time of answer does, then talk, then a code of success. Of a file that has no
        /// place for any of them, whatever took time was answered.
        private static func isAnswered(
            _ record: FieldValues, _ disposition: String?, _ code: Int?, answer: Int64?, talk: Int64?, duration: Int64?
        ) throws(RecordProblem) -> Bool {
            guard let disposition else {
                if answer != nil || (talk ?? 0) > 0 || code.map({ $0 / 100 == 2 }) == true { return true }
                let evidence: [CDRMapping.Field] = [.disposition, .answer, .talk, .code, .cause]
                return !evidence.contains { record.has($0) } && (duration ?? 0) > 0
            }
            guard disposition == "answered" || (talk ?? 0) == 0 else {
                throw record.wrong(.talk, "no talk, for the call was not answered (\(disposition))")
            }
            return disposition == "answered"
        }

        /// What is less than a second too early was cut to seconds by the switch.
        private static func notBefore(
            _ earliest: Int64, _ time: Int64?, _ record: FieldValues, _ field: CDRMapping.Field, _ expected: String
        ) throws(RecordProblem) -> Int64? {
            guard let time, time < earliest else { return time }
            guard earliest - time < ReadCall.second else { throw record.wrong(field, expected) }
            return earliest
        }

        func write(to call: inout IntakeCall) {
            call.ringingMicroseconds = ringing
            call.answeredMicroseconds = answered
            call.endedMicroseconds = ended
            call.talkMilliseconds = talk
        }
    }
}
