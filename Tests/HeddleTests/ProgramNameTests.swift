import Foundation
import Testing

@testable import heddle

/// What a reader of the greeting can type.
@Suite struct ProgramNameTests {
    @Test func `a program that PATH finds is called by its name, any other one by its path`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "heddle name \(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }  // the system clears its temporary files
        for name in ["real", "linked", "other"] {
            try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
        }
        for name in ["real", "other"] {
            #expect(
                FileManager.default.createFile(
                    atPath: "\(folder)/\(name)/heddle", contents: nil, attributes: [.posixPermissions: 0o755]))
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/linked/heddle", withDestinationPath: "\(folder)/real/heddle")
        let started = "\(folder)/real/heddle"
        #expect(ProgramName.atPrompt("heddle", path: "") == "heddle")
        #expect(ProgramName.atPrompt(started, path: "/nowhere:\(folder)/linked") == "heddle")
        // The first one in PATH is what a shell would run.
        #expect(ProgramName.atPrompt(started, path: "\(folder)/other:\(folder)/real") == "'\(started)'")
        #expect(ProgramName.atPrompt(started, path: "") == "'\(started)'")
        #expect(ProgramName.atPrompt(".build/release/heddle", path: "/nowhere") == ".build/release/heddle")
    }

    @Test(arguments: [
        ("a", "a"), ("/x/y-1.2_z", "/x/y-1.2_z"), ("", "''"), ("a b", "'a b'"), ("it's", #"'it'\''s'"#), ("$x", "'$x'"),
    ])
    func `a word of a shell's line is quoted where it must be`(word: String, quoted: String) {
        #expect(word.quotedForShell == quoted)
    }

    @Test(arguments: [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
        (22, "22nd"), (103, "103rd"), (111, "111th"),
    ])
    func `turns are counted as people do`(number: Int, text: String) {
        #expect(number.ordinal == text)
    }
}
