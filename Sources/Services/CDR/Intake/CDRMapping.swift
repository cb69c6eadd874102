/// Which columns of a file of call records mean what, and how the times, durations, words and numbers in it are read.
///
/// Presets are such mappings; a file of an operator's own changes one (`CDRMapping+read.swift`).
package struct CDRMapping: Sendable, Equatable {
    /// How records stand in the file.
    enum Layout: String, CaseIterable, Sendable {
        /// Fields between separators, a record a line.
        case csv
        /// Objects: one a line, one after the other, or in a list.
        case json
        /// As `csv`, but a line is a transaction of SIP: a call is made of its INVITE and its BYE.
        case transactions
    }

    /// What we keep of a call.
    enum Field: String, CaseIterable, Sendable {
        case id
        /// Where each party that a call rang has a record of its own under one id: which.
        case leg
        case callID = "call_id"
        case fromTag = "from_tag"
        case toTag = "to_tag"
        case start, ringing, answer, end, duration, talk
        case caller, callee, direction
        case code, cause, disposition, reason, hangup
        case account, carrier, source, edge
        /// Of transactions: the method of the request.
        case method
    }

    /// Where a field is found.
    struct Column: Sendable, Equatable {
        /// The first of them that is not empty counts. Of JSON the path: `variables.start_uepoch`.
        var names: [String]
        var take = Take.whole

        init(_ names: String..., take: Take = .whole) { self.init(names, take) }

        init(_ names: [String], _ take: Take = .whole) {
            self.names = names
            self.take = take
        }
    }

    /// Which part of a value counts.
    enum Take: String, CaseIterable, Sendable {
        case whole
        /// Of the name of a channel, as `PJSIP/carrier-a-0000001b`, whose it is: `carrier-a`.
        case channel
        /// Of a SIP address who it is: `sip:alice@host` is `alice`.
        case user
        /// Of a SIP address, or of an address with a port, the host.
        case host
    }

    /// What durations are counted in.
    enum DurationUnit: String, CaseIterable, Sendable {
        case seconds = "s"
        case milliseconds = "ms"
        case microseconds = "us"
    }

    var layout = Layout.csv
    /// Between fields; guessed from the first line when `nil`.
    var delimiter: UInt8?
    /// What the columns are called where no line of the file says it.
    var columns: [String] = []
    /// Of such a file, how many a record has at least.
    var leastColumns = 1
    var fields: [Field: Column] = [:]
    var times = TimeFormat.any
    /// For times that name no zone of their own.
    var timeZone = "UTC"
    var durations = DurationUnit.seconds
    /// What words of the file mean, in lower case: to a disposition, a direction, who hung up.
    var dispositions: [String: String] = [:]
    var directions: [String: String] = [:]
    var hangups: [String: String] = [:]
    /// The country in which national numbers are dialled; `nil` leaves numbers as they are.
    var country: String? = "US"
    /// Whose calls they are, and in which direction they go, where a record does not say it.
    package var account: String?
    package var direction = "outbound"

    /// Of no file in particular.
    package init() {}
    /// Whether `%2B` in a value is a plus.
    var isPercentEncoded = false
}

extension CDRMapping {
    /// The mapping as JSON, in one form: what is equal is written the same.
    var json: String {
        JSONWriter.object { json in
            json.text("layout", layout.rawValue)
            json.text("delimiter", delimiter.map { String(Unicode.Scalar($0)) })
            if !columns.isEmpty {
                json.array("columns") { json in for name in columns { json.text(nil, name) } }
                json.number("least_columns", leastColumns)
            }
            json.object("fields") { json in
                for (field, column) in fields.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
                    json.object(field.rawValue) { json in
                        json.array("columns") { json in for name in column.names { json.text(nil, name) } }
                        json.text("take", column.take.rawValue)
                    }
                }
            }
            json.text("times", times.text)
            json.text("time_zone", timeZone)
            json.text("durations", durations.rawValue)
            for (name, words) in [("dispositions", dispositions), ("directions", directions), ("hangups", hangups)] {
                json.object(name) { json in
                    for (word, meaning) in words.sorted(by: { $0.key < $1.key }) { json.text(word, meaning) }
                }
            }
            json.text("numbers", country ?? "as_is")
            json.text("account", account)
            json.text("direction", direction)
            json.flag("percent_encoded", isPercentEncoded)
        }
    }
}
