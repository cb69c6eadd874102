import Testing

@testable import Services

/// A text and the reference that it is, or nothing.
struct ReferenceCase: Sendable, CustomTestStringConvertible {
    let text: String
    let reads: SecretReference?

    init(_ text: String, _ reads: SecretReference? = nil) {
        self.text = text
        self.reads = reads
    }

    var testDescription: String { text.isEmpty ? "empty" : String(text.prefix(80)) }
}

@Suite
struct SecretReferenceTests {
    static let wellFormed = [
        ReferenceCase("env:DB_PASSWORD", .environment(name: "DB_PASSWORD")),
        ReferenceCase("env:_x9", .environment(name: "_x9")),
        ReferenceCase("file:/run/secrets/carrier", .file(path: "/run/secrets/carrier")),
        ReferenceCase("file:/with space/and:colon", .file(path: "/with space/and:colon")),
        ReferenceCase(
            "gcp-sm:projects/acme-voice/secrets/carrier_one/versions/7",
            .secretManager(.init(project: "acme-voice", secret: "carrier_one", version: "7"))),
        ReferenceCase(
            "gcp-sm:projects/example.com:voice/secrets/s/versions/latest",
            .secretManager(.init(project: "example.com:voice", secret: "s", version: "latest"))),
    ]

    @Test(arguments: wellFormed)
    func `is read, and written as it was`(_ row: ReferenceCase) throws {
        let reference = try SecretReference(row.text)
        #expect(reference == row.reads)
        #expect(reference.description == row.text)
    }

    @Test func `no version means the latest`() throws {
        let reference = try SecretReference("gcp-sm:projects/123/secrets/s")
        #expect(reference == .secretManager(.init(project: "123", secret: "s", version: "latest")))
    }

    static let malformed = [
        "", ":", "hunter2", "hunter2:tail", "ENV:NAME", "http://host/secret", " env:NAME", "vault:kv/hunter2",
        "env:", "env:9LIVES", "env:A-B", "env:hunter2 ", "env:A\u{0}B", "env:É",
        "file:", "file:hunter2", "file:/", "file:/dir/", "file:/a\u{0}b",
        "file:/" + String(repeating: "a", count: 4096),
        "gcp-sm:", "gcp-sm:hunter2", "gcp-sm:projects/p", "gcp-sm:projects//secrets/s", "gcp-sm:projects/p/secrets/",
        "gcp-sm:projects/p/secrets/s/versions/", "gcp-sm:projects/p/secrets/s/versions", "gcp-sm:projects/p/keys/s",
        "gcp-sm:projects/p/secrets/s/versions/1/", "gcp-sm:projects/../secrets/s", "gcp-sm:projects/p/secrets/s?x=1",
        "gcp-sm:projects/p/secrets/s%2f", "gcp-sm:/projects/p/secrets/s", "gcp-sm:projects/p/secrets/s#versions/1/x",
    ].map { ReferenceCase($0) }

    /// A text that is no reference may be the secret itself, put where its reference belongs.
    @Test(arguments: malformed)
    func `anything else is refused and not repeated`(_ row: ReferenceCase) throws {
        let error = try #require(throws: SecretError.self) { try SecretReference(row.text) }
        #expect(error.code == .malformed && error.reference == nil)
        #expect(!"\(error)".contains("hunter2"))
    }

    @Test(arguments: [
        ("hunter2", SecretReference.forms), ("env:9", "letters, digits and _"), ("file:relative", "file:/PATH"),
        ("gcp-sm:x", "projects/PROJECT/secrets/SECRET"),
    ])
    func `the error says what is expected`(_ text: String, _ expected: String) throws {
        let error = try #require(throws: SecretError.self) { try SecretReference(text) }
        #expect("\(error)".contains(expected))
    }

    @Test func `a secret is never described`() throws {
        struct Holder { let login: (user: String, password: Secret?) }
        let secret = Secret("hunter2")
        let holder = Holder(login: ("alice", secret))
        let texts = [
            "\(secret)", secret.debugDescription, String(reflecting: secret), dumped(secret), dumped(holder),
            "\(holder)", String(reflecting: [secret]),
        ]
        for text in texts {
            #expect(!text.contains("hunter2") && !text.contains("104") && !text.contains("7 elements"))
        }
        #expect(try secret.text == "hunter2")
    }

    @Test func `bytes that are no text are not taken for one`() {
        #expect(throws: SecretError.self) { try Secret([0xff, 0x41]).text }
    }
}

/// What `dump` prints.
func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
