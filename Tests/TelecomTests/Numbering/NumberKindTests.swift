import Telecom
import Testing

@Suite struct NumberKindTests {
    struct Row: CustomTestStringConvertible {
        let number: String
        let kind: NumberKind
        var testDescription: String { number }
    }

    @Test(arguments: [
        Row(number: "+12015550123", kind: .geographic),
        Row(number: "+16045550123", kind: .geographic),
        Row(number: "+17875550123", kind: .geographic),
        Row(number: "+18765550123", kind: .offshore),
        Row(number: "+18095550123", kind: .offshore),
        Row(number: "+18005550123", kind: .tollFree),
        Row(number: "+18335550123", kind: .tollFree),
        Row(number: "+19005550123", kind: .premium),
        Row(number: "+12019760123", kind: .premium),
        Row(number: "+15005550123", kind: .personal),
        Row(number: "+15335550123", kind: .personal),
        Row(number: "+16005550123", kind: .nonGeographic),
        Row(number: "+17005550123", kind: .nonGeographic),
        Row(number: "+17105550123", kind: .nonGeographic),
        Row(number: "+14565550123", kind: .nonGeographic),
        Row(number: "+12019580123", kind: .nonGeographic),
        Row(number: "+12225550123", kind: .unassigned),
        Row(number: "+442079460958", kind: .international),
        Row(number: "+881612345678", kind: .international),
    ])
    func `tells kinds of numbers apart`(_ row: Row) {
        #expect(NumberKind(number(row.number), areaCodes: testAreaCodes) == row.kind)
    }

    @Test func `without a table no area code is known to be unassigned`() {
        #expect(NumberKind(number("+12225550123"), areaCodes: .empty) == .geographic)
    }

    @Test func `only some kinds need a rate of their own`() {
        let strict: Set<NumberKind> = [.offshore, .premium, .personal, .nonGeographic]
        for kind in NumberKind.allCases { #expect(kind.needsAreaCodeRate == strict.contains(kind)) }
    }

    @Test func `every area code has one use`() {
        var counts: [NorthAmerica.AreaCodeUse: Int] = [:]
        for code in 0...999 { counts[NorthAmerica.use(ofAreaCode: code), default: 0] += 1 }
        #expect(counts[.tollFree] == 7)
        #expect(counts[.premium] == 1)
        // 000…199 and eight N11.
        #expect(counts[.invalid] == 208)
        #expect(NorthAmerica.use(ofAreaCode: 211) == .invalid)
        #expect(NorthAmerica.use(ofAreaCode: 390) == .reserved)
    }

    @Test func `places are read and shown`() {
        #expect(place("us") == .unitedStates)
        #expect(place("NJ").description == "NJ")
        #expect(PlaceCode("" as String) == nil)
        #expect(PlaceCode("U-S" as String) == nil)
        #expect(PlaceCode("LONGER" as String) == nil)
        #expect(Region(country: .unitedStates, subdivision: place("PR")).isUSTerritory)
        #expect(!Region(country: .canada, subdivision: place("PR")).isUSTerritory)
        #expect(Region(country: .unitedStates, subdivision: place("NJ")).description == "US-NJ")
        #expect(testAreaCodes.region(of: number("+442079460958")) == nil)
    }
}
