import Foundation
import Testing

@testable import Services

@Suite struct CDRMappingTests {
    private func mapping(_ json: String) throws -> CDRMapping {
        var mapping = try #require(CDRMapping.preset("generic-csv"))
        try mapping.apply(Data(json.utf8), "map.json")
        return mapping
    }

    @Test func `a file says what differs from the preset`() throws {
        let json = #"""
            {"delimiter": "|", "fields": {"start": "setup", "caller": ["ani", "cli"], "account": null,
             "carrier": {"columns": ["chan"], "take": "channel"}}, "times": "%d.%m.%Y %H:%M:%S",
             "time_zone": "Europe/Berlin", "durations": "ms", "dispositions": {"OK": "answered", "NA": "no_answer"},
             "hangups": {"1": "caller"}, "directions": {"MT": "outbound"}, "numbers": "DE", "account": "ACME-01"}
            """#
        let mapping = try mapping(json)
        let sample = try IntakeSample(
            """
            id|setup|billsec|disposition|ani|cli|callee|chan|direction|hangup
            1|20.11.2026 11:00:00|66000|OK||03012345678|004930999999|SIP/gw-1-0000af01|MT|1
            2|20.11.2026 11:00:00|0|NA|1||2|SIP/gw-1-0000af02|MT|2
            """
        ) { $0 = mapping }
        #expect(sample.problems == [])
        #expect(
            sample.calls.map(\.summary) == [
                "2026-11-20T10:00:00Z - 0 66000 66000 200 +493012345678 +4930999999",
                "2026-11-20T10:00:00Z - - - 0 480 1 2",
            ])
        #expect(sample.calls.map(\.carrierReference) == ["gw-1", "gw-1"])
        #expect(sample.calls.map(\.accountReference) == ["ACME-01", "ACME-01"])
        #expect(sample.calls.map(\.hangup) == ["caller", ""])
    }

    @Test(arguments: CDRMapping.presets.map(\.name))
    func `a mapping comes back from the text that it is kept as`(name: String) throws {
        let preset = try #require(CDRMapping.preset(name))
        var read = CDRMapping()
        try read.apply(Data(preset.json.utf8), name)
        #expect(read == preset)
        #expect(read.json == preset.json)
    }

    @Test(
        arguments: [
            ("[]", "map.json is no JSON object"), ("{", "map.json is no JSON object"),
            (#"{"feilds": {}}"#, "map.json: feilds is unknown, expected one of layout, delimiter"),
            (#"{"fields": {"beginning": "x"}}"#, "map.json: fields is beginning, expected one of id, leg, call_id"),
            (#"{"fields": {"start": 1.5}}"#, "expected a name or a list of names"),
            (#"{"times": "%H"}"#, "map.json: times is %H, expected any, iso8601, epoch_s"),
            (#"{"time_zone": "Mars"}"#, "map.json: time_zone is Mars, expected a zone as America/New_York"),
            (#"{"durations": "min"}"#, "map.json: durations is min, expected one of s, ms, us"),
            (#"{"dispositions": {"x": "great"}}"#, "expected one of answered, busy"),
            (#"{"delimiter": "::"}"#, "expected one character"),
            (#"{"numbers": "Mars"}"#, "expected as_is or a country"),
        ])
    func `says what is wrong with a mapping`(json: String, expected: String) throws {
        let failure = try #require(throws: ImportFailure.self) { try mapping(json) }
        #expect(failure.description.contains(expected), "\(failure)")
    }

    @Test func `a file that lacks what a call needs is told so, with what it has`() throws {
        let failure = try #require(throws: ImportFailure.self) { try IntakeSample("a,b,c\n1,2,3\n") }
        #expect(failure.description.contains("no column for start (start, start_time"), "\(failure)")
        #expect(failure.description.hasSuffix("It has: a, b, c"), "\(failure)")
    }
}
