extension CDRMapping {
    /// The mappings that come with the program, by name.
    package static let presets: [(name: String, mapping: CDRMapping)] = [
        ("asterisk", asterisk), ("freeswitch", freeSWITCH), ("generic-csv", genericCSV), ("json-lines", jsonLines),
        ("kamailio-acc", kamailioTransactions), ("kamailio-cdrs", kamailioCalls),
    ]

    /// The preset of a name.
    package static func preset(_ name: String) -> CDRMapping? { presets.first { $0.name == name }?.mapping }

    /// `Master.csv` of Asterisk's cdr_csv: no header, 16 columns, and two more with loguniqueid and loguserfield, which
    /// the sample configuration has; three more with newcdrcolumns. Times are the machine's own (--time-zone), or UTC
    /// with usegmtime.
    ///
    /// NO ANSWER is also what Asterisk calls a call that the caller gave up.
    private static let asterisk: CDRMapping = {
        var mapping = CDRMapping()
        mapping.delimiter = UInt8(ascii: ",")
        mapping.columns = [
            "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start",
            "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "peeraccount",
            "linkedid", "sequence",
        ]
        mapping.leastColumns = 16
        mapping.fields = [
            .id: Column("uniqueid"), .leg: Column("dstchannel"), .callID: Column("uniqueid"), .start: Column("start"),
            .answer: Column("answer"),
            .end: Column("end"), .duration: Column("duration"), .talk: Column("billsec"), .caller: Column("src"),
            .callee: Column("dst"), .disposition: Column("disposition"), .reason: Column("disposition"),
            .account: Column("accountcode"), .carrier: Column("dstchannel", take: .channel),
        ]
        return mapping
    }()

    /// What FreeSWITCH's mod_json_cdr writes for the leg of the caller. The direction that it tells is the channel's,
    /// not the call's, and is not taken.
    private static let freeSWITCH: CDRMapping = {
        var mapping = CDRMapping()
        mapping.layout = .json
        mapping.times = .epoch(.microseconds)
        mapping.durations = .milliseconds
        mapping.isPercentEncoded = true
        mapping.hangups = [
            "recv_bye": "caller", "send_bye": "callee", "recv_cancel": "cancel", "send_refuse": "callee",
        ]
        mapping.fields = [
            .id: Column("variables.uuid", "callflow.0.caller_profile.uuid"),
            .callID: Column("variables.sip_call_id"), .fromTag: Column("variables.sip_from_tag"),
            .toTag: Column("variables.sip_to_tag"), .start: Column("variables.start_uepoch"),
            .ringing: Column("variables.progress_uepoch", "variables.progress_media_uepoch"),
            .answer: Column("variables.answer_uepoch"), .end: Column("variables.end_uepoch"),
            .duration: Column("variables.mduration"), .talk: Column("variables.billmsec"),
            .caller: Column(
                "variables.effective_caller_id_number", "callflow.0.caller_profile.caller_id_number",
                "variables.caller_id_number"),
            .callee: Column("callflow.0.caller_profile.destination_number", "variables.sip_req_user"),
            .code: Column("variables.sip_term_status"), .cause: Column("variables.hangup_cause_q850"),
            .reason: Column("variables.hangup_cause"), .hangup: Column("variables.sip_hangup_disposition"),
            .account: Column(
                "variables.accountcode", "variables.sip_auth_username", "variables.sip_network_ip",
                "callflow.0.caller_profile.network_addr"),
            .carrier: Column("variables.sip_gateway_name", "variables.last_bridge_gateway"),
            .source: Column("variables.sip_network_ip"), .edge: Column("switchname"),
        ]
        return mapping
    }()

    /// Rows of Kamailio's table acc. Its time is when the answer was sent: an answered call has no other start.
    private static let kamailioTransactions: CDRMapping = {
        var mapping = CDRMapping()
        mapping.layout = .transactions
        mapping.fields = kamailioColumns
        mapping.fields[.method] = Column("method")
        mapping.fields[.start] = Column("time")
        mapping.fields[.code] = Column("sip_code")
        mapping.fields[.reason] = Column("sip_reason")
        return mapping
    }()

    /// Rows of Kamailio's table acc_cdrs. With cdr_start_on_confirmed its duration is the time of talk; without it has
    /// to tell when the call was answered, in a column of cdr_extra, or the ringing is counted.
    private static let kamailioCalls: CDRMapping = {
        var mapping = CDRMapping()
        mapping.fields = kamailioColumns
        mapping.fields[.id] = Column("uuid", "cdr_id")
        mapping.fields[.start] = Column("start_time")
        mapping.fields[.answer] = Column("answer_time", "answered_at")
        mapping.fields[.end] = Column("end_time")
        mapping.fields[.duration] = Column("duration")
        mapping.fields[.code] = Column("sip_code", "code")
        mapping.fields[.reason] = Column("sip_reason", "reason")
        mapping.fields[.direction] = Column("direction")
        mapping.fields[.hangup] = Column("hangup", "hangup_side")
        return mapping
    }()

    /// What db_extra and cdr_extra call what people add.
    private static let kamailioColumns: [Field: Column] = [
        .callID: Column("callid", "call_id", "sip_call_id"), .fromTag: Column("from_tag"), .toTag: Column("to_tag"),
        .caller: Column("caller", "calling", "src_user", "from_user", "from_uri"),
        .callee: Column("callee", "called", "dst_ouser", "dst_user", "to_user", "ruri", "to_uri"),
        .account: Column("account", "accountcode", "auth_user", "src_account", "src_ip", "source_ip"),
        .carrier: Column("carrier", "carrier_trunk", "gateway", "gw", "dst_ip", "dst_domain"),
        .source: Column("src_ip", "source_ip"), .edge: Column("server", "proxy"),
    ]

    /// A file with a header; the names that switches and carriers give their columns.
    private static let genericCSV: CDRMapping = {
        var mapping = CDRMapping()
        mapping.fields = genericFields
        return mapping
    }()

    /// Objects with the same names.
    private static let jsonLines: CDRMapping = {
        var mapping = CDRMapping()
        mapping.layout = .json
        mapping.fields = genericFields
        return mapping
    }()

    private static let genericFields: [Field: Column] = [
        .id: Column("id", "unique_id", "uniqueid", "uuid", "cdr_id", "record_id"),
        .callID: Column("call_id", "callid", "sip_call_id", "call-id"),
        .fromTag: Column("from_tag"), .toTag: Column("to_tag"),
        .start: Column(
            "start", "start_time", "started_at", "start_stamp", "call_start", "setup_time", "calldate", "call_date",
            "time_start", "invite_time", "date_time", "datetime", "timestamp"),
        .ringing: Column("ringing", "ringing_at", "ring_time", "progress_time", "alert_time"),
        .answer: Column(
            "answer", "answer_time", "answered_at", "answer_stamp", "connect_time", "time_connect", "connected_at"),
        .end: Column(
            "end", "end_time", "ended_at", "end_stamp", "disconnect_time", "call_end", "time_end", "hangup_time"),
        .duration: Column("duration", "call_duration", "total_duration", "elapsed"),
        .talk: Column("billsec", "talk", "talk_time", "bill_seconds", "billable_seconds", "billable", "conversation"),
        .caller: Column(
            "caller", "from", "from_number", "src", "source_number", "calling", "calling_number", "ani", "a_number",
            "caller_id_number", "cli", "orig_number"),
        .callee: Column(
            "callee", "to", "to_number", "dst", "destination_number", "called", "called_number", "dnis", "b_number",
            "dialed_number", "destination", "term_number"),
        .direction: Column("direction", "call_direction"),
        .code: Column("sip_code", "code", "sip_status", "response_code", "release_code"),
        .cause: Column("cause", "hangup_cause_q850", "q850", "q850_cause", "disconnect_cause", "hangup_cause"),
        .disposition: Column("disposition", "status", "result", "call_status"),
        .reason: Column("reason", "sip_reason", "hangup_cause"),
        .hangup: Column("hangup", "hangup_side", "released_by", "release_side", "disconnected_by"),
        .account: Column(
            "account", "ban", "account_number", "account_name", "accountcode", "customer", "customer_name", "trunk",
            "username", "source_ip", "src_ip", "ingress_ip", "orig_ip"),
        .carrier: Column(
            "carrier", "carrier_trunk", "carrier_name", "vendor", "vendor_name", "gateway", "egress_trunk", "term_ip",
            "egress_ip", "dst_ip"),
        .source: Column("source_ip", "src_ip", "ingress_ip", "orig_ip"),
        .edge: Column("edge", "switch", "switch_name", "hostname", "server"),
    ]
}
