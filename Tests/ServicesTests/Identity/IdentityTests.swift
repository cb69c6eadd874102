import Foundation
import Testing

@testable import Services

/// A name with the id that another implementation derives.
struct NamedID: Sendable, CustomTestStringConvertible {
    let source: String
    let namespace: String
    let name: String
    let id: String

    var testDescription: String { source }
}

/// Gives the numbers that it was made with, for ids whose random bits are published.
struct PresetNumbers: RandomNumberGenerator {
    var numbers: [UInt64]

    mutating func next() -> UInt64 { numbers.isEmpty ? 0 : numbers.removeFirst() }
}

@Suite
struct IdentityTests {
    static let dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"

    static let names = [
        NamedID(
            source: "RFC 9562 A.4", namespace: dns, name: "www.example.com",
            id: "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        NamedID(
            source: "Python's documentation", namespace: dns, name: "python.org",
            id: "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
        NamedID(
            source: "RFC 4122, erratum 1352", namespace: dns, name: "www.widgets.com",
            id: "21f7f8de-8051-5b89-8680-0195ef798b6a"),
        NamedID(
            source: "an empty name, by Python", namespace: dns, name: "", id: "4ebd0208-8328-5d69-8c44-ec50939c0967"),
        NamedID(
            source: "a name beyond ASCII, by Python", namespace: "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
            name: "ünïcode ☎", id: "e2f21762-96f7-513d-b02e-4681361084f1"),
    ]

    @Test(arguments: names)
    func `a name gives the id that others derive`(_ row: NamedID) throws {
        let id = UUID.v5(namespace: try #require(UUID(uuidString: row.namespace)), name: row.name)
        #expect(id == UUID(uuidString: row.id))
    }

    @Test func `a call gives the id that others derive`() {
        let id = CallIdentity.cdrID(
            edge: "edge-1", callID: "a84b4c76e66710@pc33.atlanta.example.com", fromTag: "1928301774",
            receivedMicroseconds: 1_789_000_000_123_456)
        #expect(id == UUID(uuidString: "845ebded-f0f4-553d-923b-68ddd4bb38f0"))
        let bare = CallIdentity.cdrID(edge: "e", callID: "x", fromTag: "", receivedMicroseconds: 0)
        #expect(bare == UUID(uuidString: "4405fb84-50a2-510e-9c1a-5675cbc13bc6"))
    }

    @Test func `each part of a call's name tells calls apart`() {
        let ids: Set = [
            CallIdentity.cdrID(edge: "a", callID: "b", fromTag: "c", receivedMicroseconds: 1),
            CallIdentity.cdrID(edge: "A", callID: "b", fromTag: "c", receivedMicroseconds: 1),
            CallIdentity.cdrID(edge: "a", callID: "B", fromTag: "c", receivedMicroseconds: 1),
            CallIdentity.cdrID(edge: "a", callID: "b", fromTag: "C", receivedMicroseconds: 1),
            CallIdentity.cdrID(edge: "a", callID: "b", fromTag: "c", receivedMicroseconds: 2),
            CallIdentity.cdrID(edge: "a", callID: "bc", fromTag: "", receivedMicroseconds: 1),
        ]
        #expect(ids.count == 6)
    }

    /// RFC 9562, A.6: 2022-02-22 14:22:22 -05:00.
    @Test func `a time gives the id of the RFC`() {
        var random = PresetNumbers(numbers: [0xcc3, 0x18c4_dc0c_0c07_398f])
        let id = UUID.v7(milliseconds: 1_645_557_742_000, random: &random)
        #expect(id == UUID(uuidString: "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"))
    }

    @Test func `random bits reach neither time nor version nor variant`() {
        var ones = PresetNumbers(numbers: [.max, .max])
        #expect(
            UUID.v7(milliseconds: 0, random: &ones) == UUID(uuidString: "00000000-0000-7fff-bfff-ffffffffffff"))
        var zeros = PresetNumbers(numbers: [])
        #expect(
            UUID.v7(milliseconds: 0xffff_ffff_ffff, random: &zeros)
                == UUID(uuidString: "ffffffff-ffff-7000-8000-000000000000"))
    }

    @Test func `ids of later milliseconds sort later`() {
        var random = SystemRandomNumberGenerator()
        let ids = (0..<500).map { UUID.v7(milliseconds: 1_789_000_000_000 + $0, random: &random).uuidString }
        #expect(ids == ids.sorted())
    }
}
