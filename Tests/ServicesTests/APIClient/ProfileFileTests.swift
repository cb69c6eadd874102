import Foundation
import Glibc
import Testing

@testable import Services

/// The file of profiles: who may read it, and that it is there whole.
@Suite struct ProfileFileTests {
    private let directory: ScratchDirectory
    private let file: ProfileFile
    private static let key = APIKeyText.make()

    init() throws {
        directory = try ScratchDirectory()
        file = ProfileFile(path: "\(directory.path)/config/heddle/profiles.json")
    }

    private func add(_ name: String, _ key: APIProfile.Key = .none) throws {
        let profile = try APIProfile(name, try ServerAddress("https://\(name).example"), key)
        try file.change { profiles in try profiles.add(profile, replaces: false) }
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `what was written is read, by its owner alone`() throws {
        #expect(try file.read().all.isEmpty)
        try add("live", .kept(Secret(Self.key.text)))
        try add("test", .variable("TEST_KEY"))
        try file.change { profiles in try profiles.use("test") }
        let profiles = try file.read()
        #expect(profiles.all.map(\.name) == ["live", "test"] && profiles.current == "test")
        #expect(profiles.all.map(\.shownKey) == [Self.key.prefix, "$TEST_KEY"])
        guard case .kept(let secret)? = profiles.all.first?.key else { throw POSIXError(.EINVAL) }
        #expect(try secret.text == Self.key.text)
        #expect(try mode(file.path) == 0o600)
        #expect(try mode("\(directory.path)/config/heddle") == 0o700)
        #expect(!"\(profiles)".contains(Self.key.text.suffix(20)))
    }

    @Test(arguments: [mode_t(0o640), 0o604, 0o620, 0o602, 0o666])
    func `a file that others may read or change is refused, with what to run`(mode: mode_t) throws {
        try add("live")
        #expect(unsafe chmod(file.path, mode) == 0)
        let failure = try #require(throws: ProfileFailure.self) { try file.read() }
        #expect(failure.description.hasSuffix("; run: chmod 600 \(file.path)"))
        #expect(throws: ProfileFailure.self) { try add("other") }
        #expect(unsafe chmod(file.path, 0o600) == 0)
        #expect(try file.read().all.map(\.name) == ["live"])
    }

    @Test func `a link to the file stays one`() throws {
        try add("live")
        let real = "\(directory.path)/real.json"
        try FileManager.default.moveItem(atPath: file.path, toPath: real)
        try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: real)
        try add("test")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: file.path) == real)
        #expect(try file.read().all.count == 2 && mode(real) == 0o600)
    }

    @Test func `a change that fails changes nothing`() throws {
        try add("live")
        let failure = try #require(throws: ProfileFailure.self) { try add("live") }
        #expect(failure.description.contains("say --replace"))
        try file.change { profiles in
            try profiles.add(
                try APIProfile("live", try ServerAddress("https://new.example"), .none), replaces: true)
        }
        #expect(try file.read().all.map(\.address.text) == ["https://new.example"])
        #expect(throws: ProfileFailure.self) { try file.change { profiles in try profiles.remove("nobody") } }
        try file.change { profiles in try profiles.remove("live") }
        let left = try file.read()
        #expect(left.all.isEmpty && left.current == nil)
    }

    static let damaged: [(String, String)] = [
        ("{", "is not JSON, line 1"), ("{}", "has no list of profiles"),
        (#"{"profiles":[{"name":"x"}]}"#, "it needs a name and a url"),
        (#"{"profiles":[{"name":"x","url":"x"}]}"#, "expected https://HOST"),
        (#"{"profiles":[{"name":"x","url":"https://x","key":"a","key_env":"B"}]}"#, "one of key and key_env"),
        (#"{"profiles":[{"name":"a b","url":"https://x"}]}"#, "a profile's name is"),
        (#"{"profiles":[],"current":"x"}"#, "no profile is called"),
    ]

    @Test(arguments: damaged) func `a file that was damaged says how`(content: String, expected: String) throws {
        let path = try directory.file(Array(content.utf8))
        let failure = try #require(throws: ProfileFailure.self) { try ProfileFile(path: path).read() }
        #expect(failure.description.contains(expected), "\(failure)")
    }

    @Test func `it is where XDG has it`() throws {
        #expect(try ProfileFile(["XDG_CONFIG_HOME": "/c", "HOME": "/h"]).path == "/c/heddle/profiles.json")
        #expect(try ProfileFile(["XDG_CONFIG_HOME": "c", "HOME": "/h"]).path == "/h/.config/heddle/profiles.json")
        #expect(throws: ProfileFailure.self) { try ProfileFile([:]) }
    }

    @Test(arguments: ["", "\n", "hk a", "hk\u{7}", "schlüssel", String(repeating: "k", count: 4_097)])
    func `what can be no key is none`(text: String) {
        #expect(throws: RequestFault.self) { try APIProfile.key(text) }
    }

    @Test func `a key is what stands before the end of the line`() throws {
        #expect(try APIProfile.key("hk_a\r\n").text == "hk_a")
    }
}
