import Testing

@testable import Services

/// The rules for records that make no sense (docs/decisions/0020).
@Suite struct ReadCallTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        /// start, ringing, answer, end, duration, billsec, disposition, code, cause.
        let record: String
        /// What it becomes, without the numbers: a summary, or the field and what was expected.
        let expected: String

        var testDescription: String { name }

        init(_ name: String, _ record: String, _ expected: String) {
            self.name = name
            self.record = record
            self.expected = expected
        }
    }

    private static let start = "2026-11-20 10:00:00"

    static let taken = [
        Case("answered", "S,,10:00:04,10:01:04,64,60,answered,,", "- 4000 64000 60000 200"),
        Case(
            "of seconds only, with an answer a fraction before the start", "S.900,,10:00:00,10:01:00,60,,,,",
            "- 0 59100 59100 200"),
        Case("talk is what the switch says", "S,,10:00:04,10:01:04,64,59.5,,,", "- 4000 64000 59500 200"),
        Case("talk a little over the times, which were cut", "S,,10:00:04,10:01:04,64,62,,,", "- 4000 64000 62000 200"),
        Case(
            "without an answer's time it is the end less the talk", "S,,,10:01:04,64,60,answered,,",
            "- 4000 64000 60000 200"),
        Case("without an end", "S,,10:00:04,,,60,,,", "- 4000 64000 60000 200"),
        Case("without a time but the start", "S,,,,64,60,answered,,", "- 4000 64000 60000 200"),
        Case("answered for no time at all is kept", "S,,10:00:04,10:00:04,4,0,answered,,", "- 4000 4000 0 200"),
        Case("answered, and nothing said of how long", "S,,,,,,answered,,", "- 0 0 0 200"),
        Case("busy", "S,10:00:01,,10:00:04,4,0,busy,,", "1000 - 4000 0 486"),
        Case("rang out", "S,10:00:01,,10:00:30,,0,No Answer,,", "1000 - 30000 0 480"),
        Case("a code comes before a word", "S,,,10:00:04,4,0,failed,404,", "- - 4000 0 404"),
        Case("a cause of Q.850", "S,,,10:00:04,4,0,,,34", "- - 4000 0 503"),
        Case("a cause by name", "S,,,10:00:04,4,0,,,CALL_REJECTED", "- - 4000 0 403"),
        Case("a word that nobody knows, beside a code", "S,,,10:00:04,4,0,SIP/foo,503,", "- - 4000 0 503"),
        Case("nothing said", "S,,,,,,,,", "- - - 0 500"),
        Case("a code of success", "S,,,10:00:04,4,,,200,", "- 0 4000 4000 200"),
        Case("an answered call has the code of one", "S,,10:00:04,10:00:05,5,1,,487,", "- 4000 5000 1000 200"),
        Case("ringing at a time that cannot be", "S,09:00:01,,10:00:04,4,0,busy,,", "- - 4000 0 486"),
        Case("zeros for what was not", "S,0,0000-00-00 00:00:00,10:00:04,4,0,busy,,", "- - 4000 0 486"),
        Case("a duration with a clock's colons", "S,,10:00:04,,,0:01:00,,,", "- 4000 64000 60000 200"),
        Case("a day ahead, by a clock that is off", "2026-11-27 11:59:00,,,,1,0,busy,,", "- - 1000 0 486"),
        Case("31 days", "2026-10-20 10:00:00,,,,,2678400,answered,,", "- 0 2678400000 2678400000 200"),
    ]

    static let refused = [
        Case("ends before it starts", "S,,,09:59:00,,0,busy,,", "end: expected a call that ends after it began"),
        Case(
            "answered before it starts", "S,,09:59:00,10:00:04,,,,,",
            "answer: expected a call that is answered after it began"),
        Case("ends before its answer", "S,,10:00:09,10:00:04,,,,,", "end: expected a call that ends after its answer"),
        Case(
            "talks longer than it lasts", "S,,10:00:04,10:01:04,,62.001,,,",
            "billsec: expected no more than from the answer to the end"),
        Case(
            "talks longer than from start to end", "S,,,10:00:10,,60,answered,,",
            "billsec: expected no more than from the answer to the end"),
        Case("a negative duration", "S,,,,-1,0,busy,,", "duration: expected a duration that is not below zero"),
        Case("negative talk", "S,,10:00:04,10:01:04,,-60,,,", "billsec: expected a duration that is not below zero"),
        Case("longer than 31 days", "S,,,,,2678401,answered,,", "billsec: expected at most 31 days"),
        Case(
            "longer than 31 days by its times", "2026-10-01 10:00:00,,2026-10-01 10:00:00,2026-11-20 10:00:00,,,,,",
            "end: expected a call of at most 31 days"),
        Case("1970", "1970-01-01 00:00:10,,,,1,0,busy,,", "start: expected a call that began since the year 2000"),
        Case(
            "0 for a start", "0,,,,1,0,busy,,", "start: expected a time like 2026-11-26 14:05:00, or a count since 1970"
        ),
        Case(
            "2099", "2099-01-01 00:00:00,,,,1,0,busy,,", "start: expected a call that has begun"),
        Case(
            "more than a day ahead", "2026-11-27 12:01:00,,,,1,0,busy,,",
            "start: expected a call that has begun"),
        Case(
            "a formula", "=NOW(),,,,1,0,busy,,",
            "start: expected a time like 2026-11-26 14:05:00, or a count since 1970"),
        Case(
            "a formula for a duration", "S,,,,=1+1,0,busy,,",
            "duration: expected a duration in s, like 37 or 37.25, or 0:00:37"),
        Case(
            "talk of a call that was not answered", "S,,,10:01:00,60,60,busy,,",
            "billsec: expected no talk, for the call was not answered (busy)"),
        Case(
            "a word that nobody knows", "S,,,,1,0,gone,,",
            "disposition: expected a word that dispositions of a --map explains, or one of "
                + CallWords.dispositions.joined(separator: ", ")
        ),
        Case("a code that is none", "S,,,,1,0,,99,", "code: expected a final code of SIP, 100 to 699"),
        Case("a cause that is none", "S,,,,1,0,,,500", "cause: expected a cause of Q.850, 0 to 127"),
        Case(
            "a day that is none", "2026-02-30 10:00:00,,,,1,0,busy,,",
            "start: expected a time like 2026-11-26 14:05:00, or a count since 1970"),
    ]

    private func read(_ record: String) throws -> IntakeSample {
        var fields = record.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for index in fields.indices {
            if fields[index].hasPrefix("S") && index == 0 { fields[0] = Self.start + fields[0].dropFirst() }
            if (1...3).contains(index), fields[index].count == 8 { fields[index] = "2026-11-20 \(fields[index])" }
        }
        return try IntakeSample(
            """
            start,ringing,answer,end,duration,billsec,disposition,code,cause,id
            \((fields + ["x"]).joined(separator: ","))
            """)
    }

    @Test(arguments: taken) func `is a call`(record: Case) throws {
        let sample = try read(record.record)
        #expect(sample.problems == [])
        let words = sample.calls.first?.summary.split(separator: " ") ?? []
        #expect(words.dropFirst().joined(separator: " ") == record.expected)
    }

    @Test(arguments: refused) func `is none`(record: Case) throws {
        #expect(try read(record.record).problems == ["2 \(record.expected)"])
    }

    @Test func `a line with the wrong number of fields may be cut`() throws {
        let sample = try IntakeSample("id,start,duration\n1,2026-11-20\n2,2026-11-20 10:00:00,5,,\n3,x,y,z\n")
        #expect(sample.calls.count == 1)
        let expected = "expected 3 fields; the line may be cut, or its quotes wrong"
        #expect(sample.problems == ["2 : \(expected)", "4 : \(expected)"])
    }

    @Test(
        arguments: [
            ("2125550100", "+12125550100"), ("12125550100", "+12125550100"), ("+12125550100", "+12125550100"),
            ("(212) 555-0100", "+12125550100"), ("011442071838750", "+442071838750"),
            ("00442071838750", "+442071838750"), ("442071838750", "+442071838750"),
            ("sip:2125550100@198.51.100.7:5060;user=phone", "+12125550100"), ("=\"2125550100\"", "+12125550100"),
            ("911", "911"), ("anonymous", "anonymous"), ("alice", "alice"), ("sip:alice@x", "alice"),
            ("5550100", "5550100"), ("0100", "0100"), ("1125550100", "1125550100"), ("*72", "*72"),
            ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"), ("2.12E+09", "2.12E+09"), ("", ""),
        ])
    func `numbers are made international where they are numbers`(written: String, expected: String) throws {
        let record = "1\t2026-11-20 10:00:00\t5\t\(written)\t2125550199\n"
        let sample = try IntakeSample("id\tstart\tduration\tfrom\tto\n\(record)")
        #expect(sample.calls.map(\.caller) == [expected])
    }

    @Test func `a mapping says where numbers are dialled, or leaves them alone`() throws {
        let text = "id,start,duration,from,to\n1,2026-11-20 10:00:00,5,03012345678,2125550199\n"
        #expect(try IntakeSample(text) { $0.country = "DE" }.calls.map(\.caller) == ["+493012345678"])
        #expect(try IntakeSample(text) { $0.country = nil }.calls.map(\.callee) == ["2125550199"])
    }

    @Test func `of a file that tells nothing else, what took time was answered`() throws {
        let text = "id,start,duration\n1,2026-11-20 10:00:00,30\n2,2026-11-20 10:00:00,0\n"
        #expect(try IntakeSample(text).calls.map(\.code) == [200, 500])
        let told = "id,start,answer,duration\n1,2026-11-20 10:00:00,,30\n"
        #expect(try IntakeSample(told).calls.map(\.code) == [500])
    }

    @Test func `a record that is its own id, or names none`() throws {
        let sample = try IntakeSample(
            """
            call_id,from_tag,start,duration
            a,x,2026-11-20 10:00:00,1
            a,y,2026-11-20 10:00:00,1
            ,x,2026-11-20 10:00:00,1
            """
        )
        #expect(Set(sample.calls.map(\.id)).count == 2)
        #expect(sample.problems == ["4 id: expected an id of the record, or a Call-ID"])
    }
}
