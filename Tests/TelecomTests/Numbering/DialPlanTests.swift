import Telecom
import TestSupport
import Testing

@Suite struct DialPlanTests {
    struct Dialled: CustomTestStringConvertible {
        let text: String
        var country = "US"
        let number: String
        var testDescription: String { "'\(text)' in \(country)" }
    }

    @Test(arguments: [
        Dialled(text: "(415) 555-2671", number: "+14155552671"),
        Dialled(text: "011 44 20 7946 0958", number: "+442079460958"),
        Dialled(text: "2015550123", number: "+12015550123"),
        Dialled(text: "12015550123", number: "+12015550123"),
        Dialled(text: "+12015550123", number: "+12015550123"),
        Dialled(text: "+442079460958", number: "+442079460958"),
        Dialled(text: "00442079460958", number: "+442079460958"),
        Dialled(text: "442079460958", number: "+442079460958"),
        Dialled(text: "01112015550123", number: "+12015550123"),
        Dialled(text: "1.201.555.0123", number: "+12015550123"),
        Dialled(text: "+12015550123;npdi;rn=+12015550000", number: "+12015550123"),
        Dialled(text: "8005551212", country: "CA", number: "+18005551212"),
        Dialled(text: "8005111212", number: "+18005111212"),
        Dialled(text: "020 7946 0958", country: "GB", number: "+442079460958"),
        Dialled(text: "0044 20 7946 0958", country: "GB", number: "+442079460958"),
        Dialled(text: "442079460958", country: "GB", number: "+442079460958"),
        Dialled(text: "0012015550123", country: "GB", number: "+12015550123"),
        Dialled(text: "0113 496 0123", country: "GB", number: "+441134960123"),
        Dialled(text: "06 6982 1234", country: "IT", number: "+390669821234"),
        Dialled(text: "912345678", country: "ES", number: "+34912345678"),
        Dialled(text: "0011442079460958", country: "AU", number: "+442079460958"),
        Dialled(text: "0442079460958", country: "ZZ", number: ""),
        Dialled(text: "00442079460958", country: "ZZ", number: "+442079460958"),
    ])
    func `normalises what is dialled`(_ row: Dialled) {
        let plan = DialPlan(country: place(row.country))
        #expect((try? plan.normalise(row.text))?.description ?? "" == row.number)
    }

    struct Refused: CustomTestStringConvertible {
        let text: String
        var country = "US"
        let error: NumberError
        var testDescription: String { "'\(text)' in \(country)" }
    }

    @Test(arguments: [
        Refused(text: "", error: .empty),
        Refused(text: "()", error: .empty),
        Refused(text: "alice", error: .notANumber),
        Refused(text: "1-800-FLOWERS", error: .notANumber),
        Refused(text: "4155552671+", error: .notANumber),
        Refused(text: "４１５５５５２６７１", error: .notANumber),
        Refused(text: "*67", error: .featureCode),
        Refused(text: "415555#2671", error: .featureCode),
        Refused(text: "(415) 555-2671 ext. 9", error: .extensionNotAllowed),
        Refused(text: "4155552671x9", error: .extensionNotAllowed),
        Refused(text: "+14155552671;ext=9", error: .extensionNotAllowed),
        Refused(text: "5552671", error: .areaCodeMissing),
        Refused(text: "555267", error: .tooShort),
        Refused(text: "+123456", error: .tooShort),
        Refused(text: "+1415555267", error: .tooShort),
        Refused(text: "+120155501234", error: .tooLong),
        Refused(text: "120155501234", error: .tooLong),
        Refused(text: "+1234567890123456", error: .tooLong),
        Refused(text: "01144207946095812345", error: .tooLong),
        Refused(text: "+0442079460958", error: .invalidCountryCode),
        Refused(text: "0110442079460958", error: .invalidCountryCode),
        Refused(text: "0", error: .operatorCall),
        Refused(text: "012015550123", error: .operatorCall),
        Refused(text: "101028812015550123", error: .carrierSelection),
        Refused(text: "1201555012", error: .invalidAreaCode),
        Refused(text: "+19115550123", error: .invalidAreaCode),
        Refused(text: "+11235550123", error: .invalidAreaCode),
        Refused(text: "+12915550123", error: .reservedAreaCode),
        Refused(text: "+13705550123", error: .reservedAreaCode),
        Refused(text: "+19605550123", error: .reservedAreaCode),
        Refused(text: "+18825550123", error: .reservedAreaCode),
        Refused(text: "+12011550123", error: .invalidExchange),
        Refused(text: "+12019110123", error: .invalidExchange),
        Refused(text: "020", country: "GB", error: .tooShort),
        Refused(text: "0207946095812", country: "GB", error: .tooLong),
    ])
    func `tells why something is no number`(_ row: Refused) {
        #expect(throws: row.error) { try DialPlan(country: place(row.country)).normalise(row.text) }
    }

    @Test func `letters are digits for people only`() throws {
        let plan = DialPlan.northAmerica
        #expect(try plan.normalise("1-800-FLOWERS", letters: .keypad) == number("+18003569377"))
        #expect(try plan.normalise("1-800-flowers", letters: .keypad) == number("+18003569377"))
        #expect(throws: NumberError.extensionNotAllowed) {
            try plan.normalise("800-FLOWERS ext 12", letters: .keypad)
        }
        #expect(throws: NumberError.notANumber) { try plan.normalise("bob", letters: .keypad) }
    }

    @Test func `the plan's errors are 484, an area code that nobody has is 404`() {
        for error in NumberError.allCases {
            #expect(error.sipStatus == (error == .unassignedAreaCode ? 404 : 484))
        }
    }

    @Test func `no text stops the program`() {
        var generator = SeededGenerator(seed: 5)
        let alphabet = Array("0123456789+-.() *#;=xXeEtTabcé٣\u{0}")
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...30, using: &generator)
            let text = String((0..<length).map { _ in alphabet.randomElement(using: &generator) ?? "0" })
            for country in ["US", "GB", "IT", "ZZ"] {
                guard let number = try? DialPlan(country: place(country)).normalise(text, letters: .keypad) else {
                    continue
                }
                #expect(E164(number.description) == number)
            }
        }
    }
}
