import Testing

@testable import Services

/// Files as the switches write them.
@Suite struct IntakePresetTests {
    @Test func `Asterisk's Master.csv has no header, and its order`() throws {
        let sample = try IntakeSample(
            #"""
            "ACME-01","2125550100","18005550199","from-trunk","""Acme"" <2125550100>","PJSIP/acme-0000001a",\#
            "PJSIP/cordillera-0000001b","Dial","PJSIP/18005550199@cordillera,60","2026-11-20 10:00:00",\#
            "2026-11-20 10:00:04","2026-11-20 10:01:10",70,66,"ANSWERED","DOCUMENTATION","1795168800.42",""
            "ACME-01","2125550100","442071838750","from-trunk","2125550100","PJSIP/acme-0000001c","","Dial","",\#
            "2026-11-20 10:02:00",,"2026-11-20 10:02:30",30,0,"NO ANSWER","DOCUMENTATION","1795168920.43",""
            "ACME-01","2125550100","2125550177","from-trunk","","PJSIP/acme-0000001d","","","",\#
            "2026-11-20 10:03:00",,"2026-11-20 10:03:01",1,0,"BUSY","DOCUMENTATION","1795168980.44","","x","y",7
            """#, "asterisk")
        #expect(sample.problems == [])
        #expect(
            sample.calls.map(\.summary) == [
                "2026-11-20T10:00:00Z - 4000 70000 66000 200 +12125550100 +18005550199",
                "2026-11-20T10:02:00Z - - 30000 0 480 +12125550100 +442071838750",
                "2026-11-20T10:03:00Z - - 1000 0 486 +12125550100 +12125550177",
            ])
        #expect(sample.calls.map(\.accountReference) == ["ACME-01", "ACME-01", "ACME-01"])
        #expect(sample.calls.map(\.carrierReference) == ["cordillera", nil, nil])
        #expect(sample.calls[0].callID == "1795168800.42" && sample.calls[0].edge == "asterisk")
    }

    @Test func `Asterisk's times are those of its machine`() throws {
        let line = #"""
            "A","2125550100","2125550199","d","","c","","","","2026-07-01 08:00:00","2026-07-01 08:00:01",\#
            "2026-07-01 08:00:05",5,4,"ANSWERED","DOCUMENTATION","1.1",""
            """#
        let sample = try IntakeSample(line, "asterisk") { $0.timeZone = "America/New_York" }
        #expect(sample.calls.map(\.summary).first?.hasPrefix("2026-07-01T12:00:00Z") == true)
        // Without loguniqueid nothing tells one record from the next.
        let bare = try IntakeSample(line.replacing(",\"1.1\",\"\"", with: ""), "asterisk")
        #expect(bare.problems == ["1 id: expected an id of the record, or a Call-ID"])
    }

    private static let freeSWITCH = """
        {"core-uuid":"e2c5","switchname":"fs-1","channel_data":{"state":"CS_REPORTING","direction":"inbound"},\
        "variables":{"direction":"inbound","uuid":"6f1b-1","sip_call_id":"abc%40198.51.100.7","sip_from_tag":"t1",\
        "sip_network_ip":"198.51.100.7","start_uepoch":"1795168800123456","progress_uepoch":"1795168801123456",\
        "answer_uepoch":"1795168804123456","end_uepoch":"1795168870623456","mduration":"70500","billmsec":"66500",\
        "hangup_cause":"NORMAL_CLEARING","hangup_cause_q850":"16","sip_hangup_disposition":"recv_bye",\
        "accountcode":"ACME-01"},"callflow":[{"caller_profile":{"caller_id_number":"%2B12125550100",\
        "destination_number":"18005550199","network_addr":"198.51.100.7"}}]}
        """

    private static let refused = """
        {"switchname":"fs-1","variables":{"uuid":"6f1b-2","start_uepoch":"1795168900000000","answer_uepoch":"0",\
        "end_uepoch":"1795168902000000","billmsec":"0","hangup_cause":"USER_BUSY","hangup_cause_q850":"17",\
        "sip_network_ip":"198.51.100.7"},"callflow":[{"caller_profile":{"caller_id_number":"anonymous",\
        "destination_number":"01133142278186"}}]}
        """

    @Test(arguments: ["\n", "\n\n", ",", " "])
    func `FreeSWITCH's objects come one a line, in a list, or as they like`(between: String) throws {
        let listed = "[\n\(Self.freeSWITCH),\n\(Self.refused)\n]"
        let text = between == "," ? listed : Self.freeSWITCH + between + Self.refused
        let sample = try IntakeSample(text, "freeswitch")
        #expect(sample.problems == [])
        #expect(
            sample.calls.map(\.summary) == [
                "2026-11-20T10:00:00Z 1000 4000 70500 66500 200 +12125550100 +18005550199",
                "2026-11-20T10:01:40Z - - 2000 0 486 anonymous +33142278186",
            ])
        #expect(sample.calls.map(\.accountReference) == ["ACME-01", "198.51.100.7"])
        #expect(sample.calls.map(\.hangup) == ["caller", ""])
        #expect(sample.calls.map(\.edge) == ["fs-1", "fs-1"] && sample.calls[0].callID == "abc@198.51.100.7")
    }

    @Test func `an object over many lines is one record, on the line where it begins`() throws {
        let pretty = Self.freeSWITCH.replacing(",\"", with: ",\n  \"")
        let sample = try IntakeSample("\n\(pretty)\n{\"variables\":{\"uuid\":\"x\"}}\n", "freeswitch")
        #expect(sample.calls.count == 1 && sample.records[0].line == 2)
        #expect(sample.problems == ["\(pretty.count { $0 == "\n" } + 3) start: expected microseconds since 1970"])
    }

    private static let acc = """
        id,method,from_tag,to_tag,callid,sip_code,sip_reason,time,src_user,dst_user,src_ip
        1,INVITE,a1,b1,c1@x,200,OK,2026-11-20 10:00:00,+12125550100,18005550199,198.51.100.7
        2,ACK,a1,b1,c1@x,200,OK,2026-11-20 10:00:00,+12125550100,18005550199,198.51.100.7
        3,INVITE,a2,,c2@x,486,Busy here,2026-11-20 10:00:02,+12125550100,18005550199,198.51.100.7
        4,INVITE,b1,a1,c1@x,200,OK,2026-11-20 10:00:30,+12125550100,18005550199,198.51.100.7
        5,BYE,b1,a1,c1@x,200,OK,2026-11-20 10:01:06,+12125550100,18005550199,198.51.100.7
        6,INVITE,a3,b3,c3@x,200,OK,2026-11-20 10:02:00,+12125550100,18005550199,198.51.100.7
        7,BYE,a4,b4,c4@x,200,OK,2026-11-20 10:02:10,+12125550100,18005550199,198.51.100.7
        """

    @Test func `Kamailio's rows of acc become calls, whoever sent the BYE`() throws {
        let sample = try IntakeSample(Self.acc, "kamailio-acc")
        #expect(
            sample.calls.map(\.summary).sorted() == [
                "2026-11-20T10:00:00Z - 0 66000 66000 200 +12125550100 +18005550199",
                "2026-11-20T10:00:02Z - - 0 0 486 +12125550100 +18005550199",
            ])
        #expect(sample.skipped == 2)
        #expect(
            sample.problems == [
                "8 callid: expected the call's INVITE before it", "7 callid: expected the call's BYE in the same file",
            ])
        #expect(sample.calls.allSatisfy { $0.accountReference == "198.51.100.7" })
    }

    @Test func `calls that wait for their BYE are bounded, and the oldest is given up`() throws {
        var pairs = PairTransactions(mostOpen: 2)
        let read = try FieldReader(
            try #require(CDRMapping.preset("kamailio-acc")),
            heading: Array("method,from_tag,to_tag,callid,sip_code,time".utf8))
        var lonely: [String] = []
        for (index, line) in ["INVITE,a,b,1,200,x", "INVITE,a,b,2,200,x", "INVITE,a,b,3,200,x"].enumerated() {
            let raw = RecordSplitter.Raw(line: index + 2, start: index, bytes: Array(line.utf8))
            for case .lonely(_, let raw, _) in pairs.take(try read.values(of: raw), raw, index) {
                lonely.append("line \(raw.line)")
            }
        }
        #expect(lonely == ["line 2"] && pairs.oldest?.line == 3)
        #expect(pairs.finish().count == 2 && pairs.oldest == nil)
    }

    @Test func `Kamailio's rows of acc_cdrs end, or have a duration`() throws {
        let sample = try IntakeSample(
            """
            cdr_id;start_time;end_time;duration;callid;caller;callee;gateway;account
            1;2026-11-20 10:00:00;2026-11-20 10:01:06;66.250;c1@x;sip:+12125550100@x;sip:18005550199@x;gw-a;ACME-01
            2;2026-11-20 10:00:00;2026-11-20 10:00:00;0.000;c2@x;2125550100;anonymous;gw-a;ACME-01
            """, "kamailio-cdrs")
        #expect(
            sample.calls.map(\.summary) == [
                "2026-11-20T10:00:00Z - 0 66000 66250 200 +12125550100 +18005550199",
                "2026-11-20T10:00:00Z - - 0 0 500 +12125550100 anonymous",
            ])
        #expect(sample.calls.map(\.carrierReference) == ["gw-a", "gw-a"])
    }

    @Test func `objects with common names need no mapping`() throws {
        let sample = try IntakeSample(
            """
            {"id": 12345678901234567890, "start": "2026-11-20T10:00:00.5Z", "answer": null, "duration": 12, "from": \
            "2125550100", "to": "+442071838750", "status": "no-answer", "account": "ACME-01", "switch": "sbc-2"}
            {"id": "x", "start": 1795168800, "answer": 1795168801, "end": 1795168861, "from": "1", "to": "2", \
            "account": "ACME-01"}
            {"id": "cut", "start": 1795168800, "ans
            """, "json-lines")
        #expect(
            sample.calls.map(\.summary) == [
                "2026-11-20T10:00:00Z - - 12000 0 480 +12125550100 +442071838750",
                "2026-11-20T10:00:00Z - 1000 61000 60000 200 1 2",
            ])
        #expect(sample.calls.map(\.edge) == ["sbc-2", "json-lines"])
        #expect(sample.problems == ["3 : expected an object that ends; the file may be cut"])
    }

    @Test func `the same record has the same id in whatever file it comes`() throws {
        let one = try IntakeSample("id,start,duration\n7,2026-11-20 10:00:00,5\n").calls
        let other = try IntakeSample("duration|start|note|id\n5|1795168800|x|7\n").calls
        #expect(one.map(\.id) == other.map(\.id) && one.count == 1)
        // Its format never changes: another one would import every record a second time.
        #expect(
            one[0].id.text
                == CallIdentity.intakeID(
                    edge: "generic-csv", unique: "7", startedMicroseconds: 1_795_168_800_000_000
                ).text)
        #expect(one[0].id.text.dropFirst(14).first == "5")
    }
}
