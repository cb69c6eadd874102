import Testing

/// A checker that cannot fail is worth nothing: each rule is shown something bad and something good.
@Suite struct RuleFixtureTests {
    // MARK: layers

    struct Import: Sendable, CustomTestStringConvertible {
        let from: String
        let statement: String
        let isAllowed: Bool
        var testDescription: String { "\(statement) in \(from)" }

        static let all = [
            Import(from: "SIPEdge", statement: "import Telecom", isAllowed: true),
            Import(from: "Postgres", statement: "import Processes", isAllowed: true),
            Import(from: "Postgres", statement: "import CLibPQ", isAllowed: true),
            Import(from: "Reactor", statement: "import CPosix", isAllowed: true),
            Import(from: "SIP", statement: "import Foundation", isAllowed: true),
            Import(from: "Telecom", statement: "import Synchronization", isAllowed: true),
            Import(from: "Services", statement: "import SIPEdge", isAllowed: false),
            Import(from: "Services", statement: "package import SIPEdge", isAllowed: false),
            Import(from: "Services", statement: "import struct SIPEdge.Router", isAllowed: false),
            Import(from: "Services", statement: "@testable import Jobs", isAllowed: false),
            Import(from: "SIPEdge", statement: "import Jobs", isAllowed: false),
            Import(from: "Processes", statement: "import Postgres", isAllowed: false),
            Import(from: "Telecom", statement: "import Reactor", isAllowed: false),
            Import(from: "Telecom", statement: "import Foundation", isAllowed: false),
            Import(from: "Server", statement: "import TestSupport", isAllowed: false),
            Import(from: "SIPEdge", statement: "import HeddleBench", isAllowed: false),
        ]
    }

    @Test(arguments: Import.all) func `an import points down`(row: Import) {
        let file = SwiftFile(path: "Sources/\(row.from)/A.swift", "// import Server\n\(row.statement)\n")
        let found = Layers.check(file)
        #expect(found.isEmpty == row.isAllowed)
        #expect(found.allSatisfy { $0.line == 2 })
    }

    @Test func `a folder may be a target of another name`() {
        #expect(Layers.check(SwiftFile(path: "db/Schema.swift", "import Postgres\n")).count == 1)
        #expect(Layers.check(SwiftFile(path: "Benchmarks/A.swift", "import heddle\n")).count == 1)
        #expect(Layers.check(SwiftFile(path: "Benchmarks/A.swift", "import SIPEdge\n")).isEmpty)
        #expect(Folders.untestedTargets([SwiftFile(path: "Benchmarks/A.swift", "let a = 1\n")]).count == 1)
        #expect(Layers.check(SwiftFile(path: "Tests/SIPTests/A.swift", "import Server\n")).isEmpty)
    }

    @Test func `the manifest is read, and held to the same rows`() {
        let manifest = Manifest(
            """
            let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
            let package = Package(
                name: "heddle", dependencies: [.package(url: "https://a.b/c", from: "1.0.0")],
                targets: [
                    // .target(name: "Ghost"),
                    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
                    .target(name: "SIP", dependencies: [log, .product(name: "Crypto", package: "swift-crypto")]),
                    .target(name: "Services", dependencies: ["SIP", "SIPEdge"], path: "x"),
                    .target(name: "Loft"),
                    .testTarget(name: "SIPTests", dependencies: ["SIP", "Server"]),
                ])
            """)
        #expect(manifest.targets.map(\.name) == ["CLibPQ", "SIP", "Services", "Loft", "SIPTests"])
        #expect(manifest.targets[1].dependencies == ["Crypto", "swift-crypto"])
        #expect(manifest.targets[4].isTest)
        let found = Layers.check(manifest)
        #expect(found.map(\.line) == [8, 9])
        #expect(found[0].advice.hasPrefix("Services imports SIPEdge") && found[1].advice.contains("Loft"))
    }

    // MARK: sizes

    @Test func `a file ends at its last line`() {
        #expect(Sizes.check(SwiftFile(String(repeating: "\n", count: 500))).isEmpty)
        #expect(Sizes.check(SwiftFile(String(repeating: "\n", count: 501))).map(\.line) == [501])
        #expect(Sizes.largeFiles([SwiftFile(String(repeating: "\n", count: 300))]).isEmpty)
        #expect(Sizes.largeFiles([SwiftFile(String(repeating: "\n", count: 301))]).count == 1)
    }

    struct Body: Sendable, CustomTestStringConvertible {
        let head: String
        let filler: String
        var testDescription: String { "\(head) of \(filler)" }

        static let all = [
            Body(head: "func f() {", filler: "x()"),
            Body(head: "func `a name`(_ a: [Int] = [1].map { $0 }) async throws -> Int where A: B {", filler: "x()"),
            Body(head: "struct S { let a = 1; init?(a: Int) {", filler: "x()"),
            Body(head: "struct S { var a: Int {", filler: "x()"),
            Body(head: "protocol P { func a() } ; func f() {", filler: "// }"),
            Body(head: "func f() {", filler: "let a = \"}\""),
            Body(head: "func f() {", filler: "let a = #\"}\\(\"#"),
            Body(head: "func f() {", filler: "let a = \"\\(b(\"}\") { 1 })\""),
            Body(head: "func f() {", filler: "if a { b() } else { c { d() } }"),
            Body(head: "func f() {", filler: "/* } /* } */ } */"),
        ]
    }

    @Test(arguments: Body.all) func `a function ends at its brace`(row: Body) {
        func text(_ lines: Int) -> String {
            row.head + "\n" + String(repeating: row.filler + "\n", count: lines - 2) + "}\nlet after = 1 // }\n\n\n\n"
        }
        #expect(Sizes.check(SwiftFile(text(70))).isEmpty)
        #expect(Sizes.check(SwiftFile(text(71))).map(\.line) == [1])
    }

    @Test func `types nest to three`() {
        let three = "struct A { enum B { func f() { struct C { let x = 1 } } } }\n"
        let four = "extension A { enum B { final class C {\n actor D { let struct_ = 1 } } } }\n"
        #expect(Sizes.check(SwiftFile(three)).isEmpty)
        #expect(Sizes.check(SwiftFile(four)).map(\.line) == [2])
    }

    @Test func `a line has 120 columns, whatever its bytes`() {
        let fits = TextFile(path: "a.swift", text: String(repeating: "é", count: 120))
        let over = TextFile(path: "a.swift", text: "\n" + String(repeating: "x", count: 121))
        #expect(Sizes.checkWidth(fits).isEmpty)
        #expect(Sizes.checkWidth(over).map(\.line) == [2])
    }

    // MARK: constructs

    struct Construct: Sendable, CustomTestStringConvertible {
        let path: String
        let code: String
        let count: Int
        var testDescription: String { "\(code) in \(path)" }

        init(_ code: String, in path: String = "Sources/Jobs/A.swift", count: Int) {
            self.code = code
            self.path = path
            self.count = count
        }

        static let all = [
            Construct("final class A: @unchecked Sendable {}", count: 1),
            Construct("nonisolated(unsafe) var a = 1", count: 1),
            Construct("@preconcurrency import A", in: "Tests/JobsTests/A.swift", count: 1),
            Construct("let a = try! b()", in: "Tests/JobsTests/A.swift", count: 1),
            Construct("let a = \"\\(try! b())\"", count: 1),
            Construct("let a = b as! C", in: "db/A.swift", count: 1),
            Construct("Task { a() }", count: 1),
            Construct("Task(name: \"a\") { b() }", count: 1),
            Construct("Task.detached { a() }", count: 1),
            Construct("Task { a() }", in: "Sources/Server/A.swift", count: 0),
            Construct("Task { a() }; print(b)", in: "Benchmarks/A.swift", count: 0),
            Construct("let a = try! b()", in: "Benchmarks/A.swift", count: 1),
            Construct("Task { a() }", in: "Tests/JobsTests/A.swift", count: 0),
            Construct("Task.isCancelled; try await Task.sleep(for: a); TaskGroup { }", count: 0),
            Construct("print(a)", count: 1),
            Construct("print(a)", in: "Sources/heddle/A.swift", count: 0),
            Construct("a.print(b); func print(_ a: Int) {}", count: 0),
            Construct("fatalError(\"a\")", count: 1),
            Construct("// try! as! Task { print(a)\nlet a = \"try! as! print(\"", count: 0),
            Construct("let a = try !b(); c as? D", count: 0),
        ]
    }

    @Test(arguments: Construct.all) func `a banned construct is found in code only`(row: Construct) {
        let file = SwiftFile(path: row.path, row.code + "\n")
        #expect(BannedConstruct.all.flatMap { $0.check(file) }.count == row.count)
    }

    @Test func `unfinished work is found in comments`() {
        let word = "TO" + "DO"
        let file = SwiftFile("// \(word): later\n// \(word)(#12): later\nlet a = \"\(word)\"\n/// \(word)S are fine\n")
        #expect(UnfinishedWork.check(path: file.path, comments: file.comments).map(\.line) == [1])
    }

    // MARK: names

    @Test(arguments: ["Sources/Jobs/Utils/A.swift", "Sources/Common/A.swift", "Sources/Jobs/Helpers+text.swift"])
    func `an empty name is found`(path: String) {
        #expect(Names.check(path: path) != nil)
    }

    @Test(arguments: ["Sources/Jobs/Commons/A.swift", "Tests/Support/A.swift", "docs/utility.md"])
    func `a name that says something passes`(path: String) {
        #expect(Names.check(path: path) == nil)
    }

    @Test func `a type's name counts as well`() {
        #expect(Names.check(SwiftFile("struct CallManager {}\nenum StringUtils {}\nstruct Managed {}\n")).count == 2)
    }

    // MARK: documentation

    @Test func `a package declaration without a comment is found`() {
        let bad = """
            package struct A {

                /// Of b.
                let b = 1
                public mutating func c() {}
                // No doc comment.
                package static func d() {}
            }
            package indirect enum E {}
            """
        #expect(Documentation.check(SwiftFile(bad)).map(\.line) == [1, 5, 7, 9])
        let good = """
            package import A
            /// What it is.
            @frozen
            package struct B {
                /// In seconds.
                package private(set) var c = 1
                /// Does it.
                @discardableResult
                package consuming func e() {}
                package static func == (a: B, b: B) {}
                let d = 1
            }
            package extension B {}
            let package = Package(name: "a")
            """
        #expect(Documentation.check(SwiftFile(good)).isEmpty)
    }

    @Test func `a debt shrinks and never grows`() {
        let found = (1...2).map { Violation(path: "a", line: $0, advice: "no comment") }
        #expect(HouseException.apply(debts: ["a": 2], to: found).isEmpty)
        #expect(HouseException.apply(debts: ["a": 1], to: found) == found)
        #expect(HouseException.apply(debts: ["a": 3], to: found).map(\.path) == ["Tests/TidyTests/Exceptions.swift"])
        #expect(HouseException.apply(debts: ["b": 1], to: []).count == 1)
    }

    @Test func `an exception covers its path, and has to be needed`() {
        let found = [Violation(path: "Sources/A/B.swift", line: 1, advice: "bad")]
        let folder = HouseException(rule: "r", path: "Sources/A/", reason: "fixture")
        let other = HouseException(rule: "r", path: "Sources/C.swift", reason: "fixture")
        #expect(HouseException.apply([folder], of: "r", to: found).isEmpty)
        #expect(HouseException.apply([folder], of: "s", to: found) == found)
        #expect(HouseException.apply([folder, other], of: "r", to: found).count == 1)
    }

    // MARK: files

    @Test func `a folder without a target is found`() {
        let manifest = Manifest(
            """
            targets: [.target(name: "SIP"), .target(name: "S", path: "db"), .testTarget(name: "SIPTests")]
            """)
        let good = ["Sources/SIP/A.swift", "Tests/SIPTests/A.swift", "Tests/Support/A.swift", "Tests/Scenarios/a.xml"]
        #expect(Folders.withoutTarget(good, manifest).isEmpty)
        let bad = ["Sources/Sip/A.swift", "Tests/SQLTests/A/B.swift"]
        #expect(Folders.withoutTarget(good + bad, manifest).map(\.path) == ["Sources/Sip", "Tests/SQLTests"])
    }

    @Test func `a target without a test is found`() {
        let source = SwiftFile(path: "Sources/heddle/A.swift", "let a = 1\n")
        let empty = SwiftFile(path: "Tests/HeddleTests/A.swift", "// @Test\nlet a = 1\n")
        let test = SwiftFile(path: "Tests/HeddleTests/A.swift", "@Test func a() {}\n")
        #expect(Folders.untestedTargets([source]).count == 1)
        #expect(Folders.untestedTargets([source, empty]).count == 1)
        #expect(Folders.untestedTargets([source, test]).isEmpty)
    }

    @Test func `migrations are counted from one`() {
        let good = ["db/migrations/0001_a.sql", "db/migrations/0002_b.sql", "db/seed/a.sql"]
        #expect(Folders.misnumberedMigrations(good).isEmpty)
        #expect(Folders.misnumberedMigrations(good + ["db/migrations/0002_c.sql"]).count == 1)
        #expect(Folders.misnumberedMigrations(good + ["db/migrations/0004_c.sql"]).count == 1)
        #expect(Folders.misnumberedMigrations(good + ["db/migrations/3_c.sql"]).count == 1)
    }

    @Test(
        arguments: zip(["-- What for.\ncreate", "create", "-- heddle: no transaction\ncreate"], [true, false, false]))
    func `a migration starts with its reason`(text: String, isGood: Bool) {
        let file = TextFile(path: "db/migrations/0001_a.sql", text: text)
        #expect((Folders.migrationWithoutHeader(file) == nil) == isGood)
    }

    @Test func `foreign words are found`() {
        let bad = TextFile(path: "a.md", text: "fine\nsee /wo" + "rk/a\nasked Cla" + "ude\n")
        #expect(Words.check(bad).map(\.line) == [2, 3])
        let good = TextFile(path: "a.md", text: "a session of the user agent works; artif" + "acts.md\n")
        #expect(Words.check(good).isEmpty)
    }

    @Test func `a dead link is found`() {
        let text = """
            [a](b.md) [c](../README.md#top) [d](https://x.y/z) [e](#here) `[f](g)`
            ```
            [h](nowhere)
            ```
            [i](gone.md) and [j](../../out.md)
            """
        let files: Set<String> = ["docs/b.md", "README.md"]
        let found = Links.check(TextFile(path: "docs/a.md", text: text), exists: files.contains)
        #expect(found.map(\.line) == [5, 5])
    }

    @Test func `a word is whole`() {
        #expect("play(uac_call)".contains(wholeWord: "uac_call"))
        #expect(!"uac_call_twice my_uac_call".contains(wholeWord: "uac_call"))
    }
}
