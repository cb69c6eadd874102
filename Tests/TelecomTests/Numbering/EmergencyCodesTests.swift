import Telecom
import Testing

@Suite struct EmergencyCodesTests {
    struct Row: CustomTestStringConvertible {
        let dialled: String
        var country = "US"
        let purpose: EmergencyCodeRow.Purpose?
        var testDescription: String { "'\(dialled)' in \(country)" }
    }

    @Test(arguments: [
        Row(dialled: "911", purpose: .emergency), Row(dialled: "+911", purpose: .emergency),
        Row(dialled: "9-1-1", purpose: .emergency), Row(dialled: "112", purpose: .emergency),
        Row(dialled: "933", purpose: .test), Row(dialled: "988", purpose: .crisis),
        Row(dialled: "711", purpose: .relay), Row(dialled: "988", country: "CA", purpose: .crisis),
        Row(dialled: "911", country: "GB", purpose: .emergency),
        Row(dialled: "112", country: "DE", purpose: .emergency),
        Row(dialled: "988", country: "GB", purpose: nil), Row(dialled: "999", purpose: nil),
        Row(dialled: "411", purpose: nil), Row(dialled: "91", purpose: nil), Row(dialled: "9", purpose: nil),
        Row(dialled: "", purpose: nil), Row(dialled: "9111", purpose: nil), Row(dialled: "0911", purpose: nil),
        Row(dialled: "+12015550911", purpose: nil), Row(dialled: "911x", purpose: nil),
        Row(dialled: "911911911", purpose: nil),
    ])
    func `knows the codes of a country`(_ row: Row) {
        let codes = EmergencyCodes(EmergencyCodes.builtIn)
        #expect(codes.purpose(ofDialled: row.dialled, in: place(row.country)) == row.purpose)
    }

    @Test func `a table decides, and what is no short code is ignored`() {
        let codes = EmergencyCodes([
            EmergencyCodeRow(country: place("GB"), code: "999", purpose: .emergency),
            EmergencyCodeRow(country: nil, code: "1234567", purpose: .emergency),
            EmergencyCodeRow(country: nil, code: "sos", purpose: .emergency),
        ])
        #expect(codes.purpose(ofDialled: "999", in: place("GB")) == .emergency)
        #expect(codes.purpose(ofDialled: "911", in: place("GB")) == nil)
        #expect(codes.purpose(ofDialled: "1234567", in: place("GB")) == nil)
    }
}
