/// Which column of a carrier's file of calls holds what.
///
/// Carriers name their columns as they like; these are names that their files have used. A map says it otherwise.
struct RecordLayout: Sendable {
    /// The raw values are what maps call them.
    enum Field: String, CaseIterable {
        case callID = "call_id"
        case start, time, answered
        case duration, billed
        case caller, callee
        case rate, amount, currency
        case lrn, jurisdiction
    }

    /// Of a length of time.
    enum Unit: String {
        case seconds = "s"
        case milliseconds = "ms"
        case minutes = "min"
    }

    let columns: [Field: Int]
    /// What the file calls its columns.
    let names: [String]
    let durationUnit: Unit
    let billedUnit: Unit

    /// The better name first: letters and digits alone, in lower case.
    private static let aliases: [Field: [String]] = [
        .callID: [
            "callid", "sipcallid", "callreference", "callref", "recordid", "cdrid", "uniqueid", "uuid", "sessionid",
            "id",
        ],
        .start: [
            "starttime", "startedat", "callstart", "callstarttime", "setuptime", "setup", "start", "startdatetime",
            "calldatetime", "datetime", "begintime", "timestamp", "calldate", "startdate", "date", "calltime",
        ],
        .time: ["time", "timeofday", "calltime", "starttimeofday"],
        .answered: [
            "answertime", "answeredat", "answered", "connecttime", "connectedat", "connectdatetime", "connectiontime",
            "connect", "answerdatetime", "answerdate", "connectdate",
        ],
        .duration: [
            "duration", "durationsec", "durationseconds", "durationms", "callduration", "talktime", "talkms",
            "actualduration", "rawduration", "durationmilliseconds", "seconds", "secs", "length", "elapsedtime",
            "durationmin", "minutes",
        ],
        .billed: [
            "billedduration", "billedseconds", "billedsec", "billeds", "billsec", "billableseconds", "billabletime",
            "billduration", "chargedduration", "chargeableduration", "ratedduration", "roundedduration", "billedtime",
            "billedminutes", "billableminutes", "chargedminutes", "ratedminutes", "billedmin",
        ],
        .caller: [
            "caller", "callingnumber", "ani", "fromnumber", "from", "cli", "anumber", "sourcenumber", "source", "src",
            "originatingnumber", "orignumber", "callingparty", "callerid", "clid", "calling", "origination",
        ],
        .callee: [
            "callee", "callednumber", "dialednumber", "diallednumber", "dnis", "tonumber", "to", "bnumber",
            "destinationnumber", "terminatingnumber", "termnumber", "calledparty", "called", "dst", "dialeddigits",
            "destination",
        ],
        .rate: [
            "rate", "rateperminute", "priceperminute", "ratemin", "costperminute", "unitprice", "billrate",
            "billedrate",
            "price",
        ],
        .amount: [
            "amount", "cost", "charge", "totalcost", "totalcharge", "chargedamount", "billedamount", "callcost",
            "charged", "netamount", "totalamount", "total", "fee",
        ],
        .currency: ["currency", "currencycode"],
        .lrn: ["lrn", "calledlrn", "dnislrn", "termlrn", "destinationlrn", "tolrn", "dialedlrn"],
        .jurisdiction: ["jurisdiction", "juris", "jurisdictiontype", "interintra", "ratetype", "calltype"],
    ]

    /// - Throws: `ImportFailure` when a map names a column that is not there.
    init(_ names: [String], _ map: RecordMap) throws {
        let plain = names.map(Self.plain)
        var columns: [Field: Int] = [:]
        for (field, aliases) in Self.aliases {
            columns[field] = aliases.lazy.compactMap { plain.firstIndex(of: $0) }.first
        }
        for (field, name) in map.columns {
            guard let column = names.firstIndex(of: name) ?? plain.firstIndex(of: Self.plain(name)) else {
                throw ImportFailure(
                    "the map's column \"\(name.forDisplay(40))\" is not there; there are "
                        + names.joined(separator: ", ").forDisplay(200))
            }
            columns[field] = column
        }
        // A time of day counts beside a day alone.
        if let start = columns[.start], !["calldate", "startdate", "date"].contains(plain[start]),
            map.columns[.time] == nil
        {
            columns[.time] = nil
        }
        if columns[.time] == columns[.start] { columns[.time] = nil }
        durationUnit = map.durationUnit ?? columns[.duration].map { Self.unit(plain[$0]) } ?? .seconds
        billedUnit = map.billedUnit ?? columns[.billed].map { Self.unit(plain[$0]) } ?? .seconds
        self.columns = columns
        self.names = names
    }

    /// What a header lacks to be one of a file of calls; `nil` when it is one.
    var lack: String? {
        if columns[.callee] == nil { return "called numbers (such as Called Number, DNIS or To)" }
        if columns[.start] == nil, columns[.answered] == nil {
            return "times (such as Start Time, Connect Time or Date)"
        }
        if columns[.duration] == nil, columns[.billed] == nil {
            return "lengths (such as Duration or Billed Seconds)"
        }
        if columns[.amount] == nil, columns[.rate] == nil { return "money (such as Amount, Cost or Rate)" }
        return nil
    }

    private static func unit(_ name: String) -> Unit {
        if name.hasSuffix("ms") || name.hasSuffix("milliseconds") { return .milliseconds }
        return name.hasSuffix("min") || name.hasSuffix("minutes") ? .minutes : .seconds
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
