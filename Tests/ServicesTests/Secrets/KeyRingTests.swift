import Foundation
import Testing

@testable import Services

/// A published encryption.
struct SealVector: Sendable, CustomTestStringConvertible {
    let source: String
    let key: String
    let nonce: String
    let place: String
    let secret: String
    /// Ciphertext and tag.
    let sealed: String

    var testDescription: String { source }
}

@Suite
struct KeyRingTests {
    static let place = "routing.trunk_credentials/tenant/trunk/alice"
    static let secret = Secret("hunter2")
    static let oldKey = SealingKey(bytes: [UInt8](repeating: 0x41, count: 32))
    static let newKey = SealingKey(bytes: [UInt8](0..<32))

    /// McGrew and Viega, The Galois/Counter Mode of Operation, appendix B.
    static let vectors = [
        SealVector(
            source: "test case 13, nothing at all", key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12), place: "", secret: "",
            sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        SealVector(
            source: "test case 14, one block", key: String(repeating: "00", count: 32),
            nonce: String(repeating: "00", count: 12), place: "", secret: String(repeating: "00", count: 16),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        SealVector(
            source: "test case 15, four blocks", key: longKey, nonce: "cafebabefacedbaddecaf888", place: "",
            secret: longSecret + "1aafd255",
            sealed: longCiphertext + "898015ad" + "b094dac5d93471bdec1a502270e3cc6c"),
        SealVector(
            source: "test case 16, with associated data", key: longKey, nonce: "cafebabefacedbaddecaf888",
            place: "feedfacedeadbeeffeedfacedeadbeefabaddad2", secret: longSecret,
            sealed: longCiphertext + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]
    static let longKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
    static let longSecret =
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    static let longCiphertext =
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"

    @Test(arguments: vectors)
    func `is sealed and opened as published`(_ vector: SealVector) throws {
        let key = SealingKey(bytes: bytes(vector.key))
        let sealed = try KeyRing.seal(
            bytes(vector.secret), key: key, nonce: bytes(vector.nonce), place: bytes(vector.place))
        #expect(sealed == bytes(vector.nonce + vector.sealed))
        #expect(KeyRing.open(sealed, key: key, place: bytes(vector.place)) == bytes(vector.secret))
    }

    @Test(arguments: [0, 1, 16, 32, 65_536])
    func `what was sealed opens at its place`(_ count: Int) throws {
        let ring = KeyRing(current: Self.newKey)
        let secret = Secret([UInt8](repeating: 7, count: count))
        let sealed = try ring.seal(secret, for: Self.place)
        #expect(sealed.bytes.count == count + 28 && sealed.keyID == Self.newKey.id)
        #expect(try ring.open(sealed, for: Self.place).bytes == secret.bytes)
    }

    @Test func `equal secrets are sealed differently`() throws {
        let ring = KeyRing(current: Self.newKey)
        let sealed = try (0..<100).map { _ in try ring.seal(Self.secret, for: Self.place) }
        #expect(Set(sealed).count == 100)
    }

    @Test(arguments: [
        "", "routing.trunk_credentials/tenant/trunk/bob", "routing.trunk_credentials/tenant/other/alice",
        "routing.trunk_credentials/tenant/trunk/alice/", "Routing.trunk_credentials/tenant/trunk/alice",
    ])
    func `a ciphertext that was moved does not open`(_ place: String) throws {
        let ring = KeyRing(current: Self.newKey)
        let sealed = try ring.seal(Self.secret, for: Self.place)
        let error = try #require(throws: SealingError.self) { try ring.open(sealed, for: place) }
        #expect(error.code == .altered && "\(error)".hasPrefix("\(place): "))
    }

    @Test func `a ciphertext with any bit turned does not open`() throws {
        let ring = KeyRing(current: Self.newKey)
        let sealed = try ring.seal(Self.secret, for: Self.place)
        for bit in 0..<sealed.bytes.count * 8 {
            var bytes = sealed.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let turned = Sealed(keyID: sealed.keyID, bytes: bytes)
            #expect(throws: SealingError.self) { try ring.open(turned, for: Self.place) }
        }
    }

    @Test func `a ciphertext that was cut does not open`() throws {
        let ring = KeyRing(current: Self.newKey)
        let sealed = try ring.seal(Self.secret, for: Self.place)
        for count in 0..<sealed.bytes.count {
            let cut = Sealed(keyID: sealed.keyID, bytes: Array(sealed.bytes.prefix(count)))
            #expect(throws: SealingError.self) { try ring.open(cut, for: Self.place) }
        }
    }

    // MARK: Rotation

    @Test func `a retired key opens and no longer seals`() throws {
        let old = try KeyRing(current: Self.oldKey).seal(Self.secret, for: Self.place)
        let ring = KeyRing(current: Self.newKey, retired: [Self.oldKey])
        #expect(!ring.isCurrent(old.keyID))
        let new = try ring.seal(ring.open(old, for: Self.place), for: Self.place)
        #expect(ring.isCurrent(new.keyID))
        #expect(try KeyRing(current: Self.newKey).open(new, for: Self.place).text == "hunter2")
    }

    @Test func `a key that was not given is named, with those that were`() throws {
        let old = try KeyRing(current: Self.oldKey).seal(Self.secret, for: Self.place)
        let error = try #require(throws: SealingError.self) {
            try KeyRing(current: Self.newKey).open(old, for: Self.place)
        }
        #expect(error.code == .unknownKey)
        #expect("\(error)".contains(Self.oldKey.id) && "\(error)".contains(Self.newKey.id))
    }

    @Test func `the name of a key does not make it that key`() throws {
        let old = try KeyRing(current: Self.oldKey).seal(Self.secret, for: Self.place)
        let claimed = Sealed(keyID: Self.newKey.id, bytes: old.bytes)
        let ring = KeyRing(current: Self.newKey, retired: [Self.oldKey])
        #expect(throws: SealingError.self) { try ring.open(claimed, for: Self.place) }
    }

    @Test func `keys come from where references say`() async throws {
        let base64 = { (key: [UInt8]) in Data(key).base64EncodedString() }
        let resolve = ResolveSecret(environment: [
            "NEW": base64([UInt8](0..<32)), "OLD": base64([UInt8](repeating: 0x41, count: 32)), "BAD": "hunter2",
        ])
        let ring = try await KeyRing.load(
            current: .environment(name: "NEW"), retired: [.environment(name: "OLD")], with: resolve)
        #expect(ring.isCurrent(Self.newKey.id))
        let old = try KeyRing(current: Self.oldKey).seal(Self.secret, for: Self.place)
        #expect(try ring.open(old, for: Self.place).text == "hunter2")
        let error = try await #require(throws: SecretError.self) {
            try await KeyRing.load(current: .environment(name: "BAD"), with: resolve)
        }
        #expect(error.code == .damaged && "\(error)".hasPrefix("env:BAD: a key is 32 random bytes"))
        #expect(!"\(error)".contains("hunter2"))
    }

    // MARK: Keys

    @Test func `a key is 32 bytes as they are or as base64`() throws {
        let reference = SecretReference.environment(name: "KEY")
        let raw = [UInt8](0..<32)
        #expect(try SealingKey(Secret(raw), from: reference).id == Self.newKey.id)
        #expect(try SealingKey(Secret(Data(raw).base64EncodedString()), from: reference).id == Self.newKey.id)
        for wrong in ["", "AAAA", String(repeating: "k", count: 31), String(repeating: "!", count: 44)] {
            #expect(throws: SecretError.self) { try SealingKey(Secret(wrong), from: reference) }
        }
        let short = Secret(Data([UInt8](0..<31)).base64EncodedString())
        #expect(throws: SecretError.self) { try SealingKey(short, from: reference) }
    }

    /// HMAC-SHA256 with the key over "heddle key id", by Python. Another id would orphan what is stored.
    @Test func `the id of a key stays what it is`() {
        #expect(Self.newKey.id == "e53d604ef8ecccb6")
        #expect(Self.oldKey.id == "39a4617fb2260325")
    }

    @Test func `a key is never described`() {
        let ring = KeyRing(current: Self.oldKey)
        let texts = [
            "\(Self.oldKey)", String(reflecting: Self.oldKey), dumped(Self.oldKey), "\(ring)",
            String(reflecting: ring), dumped(ring), dumped((ring, Self.oldKey)),
        ]
        for text in texts { #expect(!text.contains("AAAA") && !text.contains("65") && !text.contains("SymmetricKey")) }
    }

    private func bytes(_ hex: String) -> [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
    }
}
