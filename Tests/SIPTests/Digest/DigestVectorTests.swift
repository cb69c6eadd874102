import Testing

@testable import SIP

/// A published digest with everything that goes into it.
struct DigestVector: Sendable, CustomTestStringConvertible {
    let source: String
    let algorithm: DigestAlgorithm
    let user: String
    let realm: String
    let password: String
    let uri: String
    let nonce: String
    let cnonce: String?
    let response: String

    var testDescription: String { source }
}

@Suite
struct DigestVectorTests {
    static let mufasaNonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    static let mufasaClientNonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"

    static let vectors: [DigestVector] = [
        DigestVector(
            source: "RFC 7616 3.9.1 MD5", algorithm: .md5, user: "Mufasa", realm: "http-auth@example.org",
            password: "Circle of Life", uri: "/dir/index.html", nonce: mufasaNonce, cnonce: mufasaClientNonce,
            response: "8ca523f5e9506fed4657c9700eebdbec"),
        DigestVector(
            source: "RFC 7616 3.9.1 SHA-256", algorithm: .sha256, user: "Mufasa", realm: "http-auth@example.org",
            password: "Circle of Life", uri: "/dir/index.html", nonce: mufasaNonce, cnonce: mufasaClientNonce,
            response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        DigestVector(
            source: "RFC 7616 3.9.2 SHA-512-256, erratum 4897", algorithm: .sha512t256, user: "Jäsøn Doe",
            realm: "api@example.org", password: "Secret, or not?", uri: "/doe.json",
            nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v",
            response: "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"),
        DigestVector(
            source: "RFC 2617 3.5", algorithm: .md5, user: "Mufasa", realm: "testrealm@host.com",
            password: "Circle Of Life", uri: "/dir/index.html", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            cnonce: "0a4f113b", response: "6629fae49393a05397450978507c4ef1"),
        DigestVector(
            source: "RFC 2069 2.4 with its erratum", algorithm: .md5, user: "Mufasa", realm: "testrealm@host.com",
            password: "CircleOfLife", uri: "/dir/index.html", nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            cnonce: nil, response: "1949323746fe6a43ef61f9606e7febea"),
    ]

    @Test(arguments: vectors)
    func `is computed as published`(_ vector: DigestVector) {
        let ha1 = HA1(
            user: vector.user, realm: vector.realm, password: vector.password, algorithm: vector.algorithm)
        let response = Digest.response(
            ha1: ha1, method: .other("GET"), uri: vector.uri, nonce: vector.nonce,
            protection: vector.cnonce.map { ("00000001", $0) })
        #expect(response == vector.response)
    }

    @Test(arguments: [
        (DigestAlgorithm.md5, "3d78807defe7de2157e2b0b6573a855f"),
        (DigestAlgorithm.sha256, "7987c64c30e25f1b74be53f966b49b90f2808aa92faf9a00262392d7b4794232"),
    ])
    func `the stored form is computed as published`(_ algorithm: DigestAlgorithm, _ hex: String) throws {
        let ha1 = HA1(
            user: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life", algorithm: algorithm)
        #expect(ha1.secretHex == hex)
        #expect(try #require(HA1(hex: hex.uppercased(), algorithm: algorithm)).secretHex == hex)
    }

    @Test func `a user name is hashed as published`() {
        let hash = Digest.userHash(user: "Jäsøn Doe", realm: "api@example.org", algorithm: .sha512t256)
        #expect(hash == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")
    }

    /// FIPS 180-4 examples, and lengths around the block where padding changes.
    @Test func `SHA-512-256 pads at every length`() {
        func hex(_ text: String) -> String {
            String(decoding: Hex.digits(of: SHA512t256.hash(Array(text.utf8))), as: UTF8.self)
        }
        let runs = [
            111: "0239e429f98d0ed61ee8e2a7c30afe98c1c3a80ce5dff62a107e9c538f7632ce",
            112: "9216b5303edb66504570bee90e48ea5beaa5e9fe9f760bbd3e0460559fc005f6",
            128: "b88f97e274f9c1d49f181c8cbd01a9c74930ad055a46ac4499a1d601f1c80bf2",
        ]
        for (count, digest) in runs { #expect(hex(String(repeating: "a", count: count)) == digest) }
        #expect(hex("abc") == "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23")
        #expect(hex("") == "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a")
    }

    @Test func `a secret is never described`() {
        let ha1 = HA1(user: "u", realm: "r", password: "p", algorithm: .md5)
        let mint = NonceMint(secret: [UInt8](repeating: 0x41, count: 32), realm: "r")
        for text in ["\(ha1)", String(reflecting: ha1), dumped(ha1)] { #expect(!text.contains(ha1.secretHex)) }
        for text in ["\(mint)", String(reflecting: mint), dumped(mint)] { #expect(!text.contains("65")) }
    }

    @Test(arguments: ["", "12", "zz", "3d78807defe7de2157e2b0b6573a855", "3d78807defe7de2157e2b0b6573a855f00"])
    func `a stored form of the wrong length is refused`(_ hex: String) {
        #expect(HA1(hex: hex, algorithm: .md5) == nil)
    }

    private func dumped(_ value: some Any) -> String {
        var text = ""
        dump(value, to: &text)
        return text
    }
}
